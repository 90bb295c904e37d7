package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrVoid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.client.CallFailedException;
import org.rkv.client.RkvClient;
import org.rkv.net.StubResolver;
import org.rkv.rpc.FailedCall;
import org.rkv.rpc.Key;
import org.rkv.rpc.ListRange;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/** Who may call a replica, as its list of clients says while it runs. */
@Timeout(120)
class ClientsTest {
  private static final String APP = "127.0.2.3";
  private static final String OTHER = "127.0.2.4";
  private static final String REFUSED = "Authentication error; why = Client credential too weak";

  @TempDir Path directory;
  private final StubResolver resolver = new StubResolver();
  private Cluster cluster;
  private Path list;

  @AfterEach
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private void start(int size, String lines) throws Exception {
    list = directory.resolve("clients");
    listSays(lines);
    cluster = Cluster.serving(directory, size, replica -> replica.clients(list).resolver(resolver));
  }

  private void listSays(String lines) throws IOException {
    Path next = Files.writeString(directory.resolve("clients.next"), lines);
    Files.move(next, list, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private TestReplica replica() {
    return cluster.replica(0);
  }

  private TestClient from(String address) throws IOException {
    return TestClient.from(InetAddress.getByName(address), replica().address());
  }

  private TestClient overUdpFrom(String address) throws IOException, OncRpcException {
    return TestClient.overUdpFrom(InetAddress.getByName(address), replica().address());
  }

  /** A call of which only matters whether it is refused. */
  private interface Call {
    void make() throws IOException, OncRpcException;
  }

  private static boolean isRefused(Call call) throws IOException {
    try {
      call.make();
      return false;
    } catch (OncRpcException e) {
      return e.getReason() == OncRpcException.RPC_AUTHERROR || REFUSED.equals(e.getMessage());
    }
  }

  private static void assertMay(TestClient client, boolean read, boolean write) throws IOException {
    assertEquals(!read, isRefused(() -> client.get("k")), "GET");
    assertEquals(!read, isRefused(() -> client.stub().LIST_1(all())), "LIST");
    assertEquals(!read, isRefused(() -> client.stub().STATUS_1()), "STATUS");
    assertEquals(!read, isRefused(() -> client.stub().DIGEST_1()), "DIGEST");
    assertEquals(!read, isRefused(() -> client.stub().REPLICAS_1()), "REPLICAS");
    assertEquals(!read, isRefused(() -> client.stub().WHY_1(failedGet())), "WHY");
    assertEquals(!write, isRefused(() -> client.put("k", "v")), "PUT");
    assertEquals(!write, isRefused(() -> client.del("k")), "DEL");
    assertFalse(
        isRefused(() -> client.stub().getClient().call(0, XdrVoid.XDR_VOID, XdrVoid.XDR_VOID)),
        "NULL");
  }

  private static ListRange all() {
    ListRange range = new ListRange();
    range.prefix = new Key("");
    range.after = new Key("");
    return range;
  }

  private static FailedCall failedGet() {
    FailedCall call = new FailedCall();
    call.procedure = kv.GET_1;
    call.key = new Key("k");
    return call;
  }

  @Test
  void shouldLetReadersReadWritersWriteAndStrangersNothing() throws Exception {
    start(1, APP + " rw\n" + OTHER + " ro\n");
    try (TestClient writer = from(APP);
        TestClient reader = from(OTHER);
        TestClient stranger = from("127.0.2.5")) {
      assertMay(writer, true, true);
      assertMay(reader, true, false);
      assertMay(stranger, false, false);
      assertEquals(
          REFUSED, assertThrows(OncRpcException.class, () -> stranger.put("k", "v")).getMessage());
      assertEquals(kv.PUT_OK, writer.put("k", "v"));
      assertEquals("=v", reader.get("k"));
    }
    assertTrue(replica().log().contain("may not write, as the list of clients has it: its call"));
  }

  @Test
  void shouldJudgeCallsOverUdpAsWell() throws Exception {
    start(1, APP + " rw\n" + OTHER + " ro\n");
    try (TestClient writer = overUdpFrom(APP);
        TestClient reader = overUdpFrom(OTHER);
        TestClient stranger = overUdpFrom("127.0.2.5")) {
      assertEquals(kv.PUT_OK, writer.put("k", "v"));
      assertEquals("=v", reader.get("k"));
      assertTrue(isRefused(() -> reader.put("k", "w")));
      assertTrue(isRefused(() -> stranger.get("k")));
      assertTrue(isRefused(() -> stranger.put("k", "w")));
      assertEquals("=v", reader.get("k"));
    }
  }

  @Test
  void shouldLetReplicasReplicateAndWhoeverIsThereCall() throws Exception {
    start(3, "");
    replica().log().await("clients names no client: nobody but replicas may call");
    String here = replica().host();
    String another = cluster.replica(1).host();
    try (TestClient own = from(here);
        TestClient peer = from(another);
        TestClient stranger = from(APP)) {
      assertEquals(kv.PUT_OK, own.put("k", "v"));
      assertEquals("=v", peer.get("k"));
      assertMay(stranger, false, false);
    }
    cluster.awaitEqual();
  }

  @Test
  void shouldTakeAWithdrawnRightFromAnOpenConnectionAndLeaveOthersAlone() throws Exception {
    start(1, APP + " rw\n" + OTHER + " rw\n");
    try (TestClient app = from(APP);
        TestClient other = from(OTHER)) {
      assertEquals(kv.PUT_OK, app.put("k", "v"));
      assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, other.put("k", "w"));

      listSays(OTHER + " rw\n");
      Eventually.until(
          "it is refused on its open connection",
          () -> isRefused(() -> app.put("k", "x")),
          cluster::describe);
      assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, other.put("k", "y"));

      listSays(APP + " ro\n" + OTHER + " rw\n");
      Eventually.until("it may read", () -> !isRefused(() -> app.get("k")), cluster::describe);
      assertTrue(isRefused(() -> app.put("k", "z")));
      assertEquals("=y", app.get("k"));
    }
  }

  @Test
  void shouldKeepWhatWasWhenTheListIsWrong() throws Exception {
    start(1, APP + " rw\n");
    listSays("* rw\n010.0.0.1 rw\n");
    replica().log().await("line 2: \"010.0.0.1\" is no address");
    try (TestClient app = from(APP);
        TestClient other = from(OTHER)) {
      assertMay(app, true, true);
      assertMay(other, false, false);
    }
  }

  @Test
  void shouldFollowAName() throws Exception {
    resolver.says("app", APP);
    start(1, "app rw\nnowhere rw\n");
    replica().log().await("client nowhere has no address (unknown host): it may not call yet");
    try (TestClient app = from(APP);
        TestClient other = from(OTHER)) {
      assertMay(app, true, true);
      assertMay(other, false, false);
      resolver.says("app", OTHER);
      listSays("app rw\n"); // a change looks all names up anew
      Eventually.until("moved", () -> !isRefused(() -> other.get("k")), cluster::describe);
      assertMay(app, false, false);
    }
  }

  /** The name service holds up neither the start, nor the loop, nor those that it is not about. */
  @Test
  void shouldServeThoseItKnowsWhileTheNameServiceIsSilent() throws Exception {
    resolver.isSilentAbout("app");
    start(1, "app rw\n" + OTHER + " rw\n");
    try (TestClient app = from(APP);
        TestClient other = from(OTHER)) {
      assertMay(other, true, true);
      assertMay(app, false, false);
      resolver.says("app", APP).answers("app");
      Eventually.until("it is known", () -> !isRefused(() -> app.get("k")), cluster::describe);
      assertMay(other, true, true);
    }
  }

  @Test
  void shouldTellAProgramInWordsThatItMayNotWrite() throws Exception {
    start(1, "127.0.0.1 ro\n");
    try (RkvClient client = RkvClient.connect(replica().shown())) {
      assertTrue(client.get("k").text().isEmpty());
      CallFailedException refusal =
          assertThrows(CallFailedException.class, () -> client.put("k", "v"));
      assertEquals(replica().shown() + " does not let us write", refusal.getMessage());
      assertEquals(REFUSED, refusal.reason());
      assertTrue(refusal.isNotPermitted());
    }
  }

  @Test
  void shouldRefuseToStartWithAListThatIsNone() throws Exception {
    list = directory.resolve("clients");
    listSays("10.0.0.0/8\n");
    cluster = new Cluster(directory, 1);
    replica().clients(list);
    String fault = assertThrows(IOException.class, () -> replica().start()).getMessage();
    assertEquals(list + ": line 1: \"10.0.0.0/8\" has no right behind it: ro or rw", fault);
    Files.delete(list);
    fault = assertThrows(IOException.class, () -> replica().start()).getMessage();
    assertEquals("no list of clients: " + list, fault);
  }

  @Test
  void shouldSayOfWhichWritesOverUdpAnybodyCouldForgeTheSender() throws Exception {
    start(1, APP + " rw\n");
    replica().log().await("over UDP whoever can forge the address of a client may write");
  }
}
