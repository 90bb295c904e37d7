package org.rkv.portmap;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrBoolean;
import org.acplt.oncrpc.XdrInt;
import org.acplt.oncrpc.XdrString;
import org.acplt.oncrpc.XdrVoid;
import org.acplt.oncrpc.server.OncRpcCallInformation;
import org.acplt.oncrpc.server.OncRpcDispatchable;
import org.rkv.oncrpc.ServerCall;

/**
 * What the embedded portmapper answers in versions 3 and 4, where a place is an address and not
 * only a port. Which transport is meant, the call's own tells, whatever it says (RFC 1833 section
 * 2.2.1). Belongs to the thread of its server.
 */
final class RpcbindAnswers implements OncRpcDispatchable {
  private static final String OWNER = "superuser"; // nobody takes away what is here
  private static final long MILLIS_PER_SECOND = 1000;

  private final InetAddress address;
  private final List<Mapping> mappings;

  /**
   * Answers with these mappings, whatever they are by then.
   *
   * @param address of the programs and of the portmapper
   */
  RpcbindAnswers(InetAddress address, List<Mapping> mappings) {
    this.address = address;
    this.mappings = mappings;
  }

  @Override
  public void dispatchOncRpcCall(
      OncRpcCallInformation information, int program, int version, int procedure)
      throws OncRpcException, IOException {
    ServerCall call = (ServerCall) information;
    switch (procedure) {
      case Rpcb.NULL -> call.reply(XdrVoid.XDR_VOID);
      case Rpcb.SET, Rpcb.UNSET -> call.reply(new XdrBoolean(false));
      case Rpcb.GETADDR -> call.reply(new XdrString(addressFor(call, true)));
      case Rpcb.GETVERSADDR -> call.reply(new XdrString(addressFor(call, false)));
      case Rpcb.GETTIME ->
          call.reply(new XdrInt((int) (System.currentTimeMillis() / MILLIS_PER_SECOND)));
      case Rpcb.DUMP -> call.reply(dump());
      default -> call.failProcedureUnavailable();
    }
  }

  private String addressFor(ServerCall call, boolean ofAnyVersion)
      throws OncRpcException, IOException {
    Registration asked = Registration.decode(call.getXdrDecodingStream());
    int protocol = call.channel().isConnection() ? Portmap.TCP : Portmap.UDP;
    Optional<Mapping> found =
        new Mapping(asked.program(), asked.version(), protocol, 0).find(mappings);
    if (found.isEmpty() || !ofAnyVersion && found.get().version() != asked.version()) {
      return "";
    }
    int port = found.get().port();
    return (address.isAnyLocalAddress() ? localAddressTowards(call) : Optional.of(address))
        .map(place -> UniversalAddress.text(place, port))
        .orElse("");
  }

  /** Which address of this machine leads to the caller, as routes have it now; or none. */
  private static Optional<InetAddress> localAddressTowards(ServerCall call) {
    try (DatagramSocket probe = new DatagramSocket()) {
      probe.connect(call.remoteAddress()); // of UDP: nothing leaves the machine
      return Optional.of(probe.getLocalAddress());
    } catch (SocketException e) {
      return Optional.empty();
    }
  }

  private XdrAble dump() {
    RegistrationList list = new RegistrationList();
    List<InetAddress> places =
        address.isAnyLocalAddress()
            ? List.of(UniversalAddress.ALL_IPV4, UniversalAddress.ALL_IPV6)
            : List.of(address);
    for (InetAddress place : places) {
      mappings.forEach(mapping -> list.elements().add(mapping.at(place, OWNER)));
    }
    return list;
  }
}
