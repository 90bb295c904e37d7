package org.rkv.portmap;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrBoolean;
import org.acplt.oncrpc.XdrInt;
import org.acplt.oncrpc.XdrVoid;
import org.acplt.oncrpc.server.OncRpcCallInformation;
import org.rkv.net.ConnectionLimits;
import org.rkv.net.EventLoop;
import org.rkv.net.TcpListener;
import org.rkv.oncrpc.Program;
import org.rkv.oncrpc.Program.Procedure;
import org.rkv.oncrpc.RecordMarking;
import org.rkv.oncrpc.RpcServer;
import org.rkv.oncrpc.Shape;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A host's portmapper, as rpcbind is one: takes registrations, over TCP. Safe for all threads. */
public final class TestPortmapper implements AutoCloseable {
  private static final int RECORD_BYTES = 1024;
  private static final long END_MILLIS = 10_000;
  private static final Shape MAPPING = Shape.struct(Shape.INT, Shape.INT, Shape.INT, Shape.INT);

  private final List<Mapping> mappings = Collections.synchronizedList(new ArrayList<>());
  private final EventLoop loop;
  private final TcpListener listener;
  private volatile boolean takesRegistrations = true;

  /** Begins to serve at an ephemeral port of this address. */
  public TestPortmapper(InetAddress address) throws IOException {
    Logger log = LoggerFactory.getLogger("test-portmapper");
    loop = new EventLoop("test-portmapper", log);
    Program program =
        new Program(
            Portmap.PROGRAM,
            Portmap.VERSION,
            Portmap.VERSION,
            Procedure.NULL,
            new Procedure(MAPPING, Shape.INT),
            new Procedure(MAPPING, Shape.INT),
            new Procedure(MAPPING, Shape.INT),
            new Procedure(Shape.VOID, MappingList.SHAPE));
    RpcServer server = new RpcServer(program, this::dispatch, log);
    listener =
        new TcpListener(
            loop,
            log,
            new InetSocketAddress(address, 0),
            ConnectionLimits.forRecords(RECORD_BYTES),
            RecordMarking.INSTANCE,
            server);
    loop.start();
    loop.execute(this::begin);
  }

  private void begin() {
    try {
      listener.begin();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where it is asked. */
  public int port() {
    return listener.address().getPort();
  }

  /** What is registered; may be changed. */
  public List<Mapping> mappings() {
    return mappings;
  }

  /** From now on SET answers that it was not done. */
  public void refuseRegistrations() {
    takesRegistrations = false;
  }

  private void dispatch(OncRpcCallInformation call, int program, int version, int procedure)
      throws OncRpcException, IOException {
    if (procedure == Portmap.NULL) {
      call.reply(XdrVoid.XDR_VOID);
      return;
    }
    if (procedure == Portmap.DUMP) {
      MappingList list = new MappingList();
      list.elements().addAll(List.copyOf(mappings));
      call.reply(list);
      return;
    }
    Mapping asked = Mapping.decode(call.getXdrDecodingStream());
    switch (procedure) {
      case Portmap.SET -> call.reply(new XdrBoolean(set(asked)));
      case Portmap.UNSET -> call.reply(new XdrBoolean(mappings.removeIf(m -> isSame(m, asked))));
      default -> call.reply(new XdrInt(find(asked)));
    }
  }

  private boolean set(Mapping asked) {
    return takesRegistrations && find(asked) == 0 && mappings.add(asked);
  }

  private int find(Mapping asked) {
    synchronized (mappings) {
      for (Mapping mapping : mappings) {
        if (isSame(mapping, asked) && mapping.protocol() == asked.protocol()) {
          return mapping.port();
        }
      }
    }
    return 0;
  }

  private static boolean isSame(Mapping one, Mapping other) {
    return one.program() == other.program() && one.version() == other.version();
  }

  @Override
  public void close() {
    loop.close();
    try {
      loop.awaitEnd(END_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
