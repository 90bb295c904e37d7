package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.net.Hex;
import org.rkv.oncrpc.CallHeader.Verdict;
import org.rkv.protocol.KvProgram;

/** The table of verdicts: what becomes of a message. */
class CallHeaderTest {
  private static final String NONE = "00000000 00000000";
  private static final String GET_AB = "00000002 61620000";

  private final CallHeader header = new CallHeader();
  private final XdrInput input = new XdrInput();

  @ParameterizedTest(name = "{5}")
  @CsvSource({
    "2, 0001e240, 1, 0,        ''            , EXECUTE",
    "2, 0001e240, 1, 2, 00000002 61620000    , EXECUTE",
    "2, 0001e240, 1, 2, 00000002 61620000 99 , EXECUTE",
    "2, 0001e240, 1, 7,        ''            , EXECUTE",
    "2, 0001e240, 1, 2,        ''            , ACCEPT_WITH_ERROR 4",
    "2, 0001e240, 1, 2, 00000003 61620000 99 , EXECUTE",
    "2, 0001e240, 1, 2, 00000005 61620000    , ACCEPT_WITH_ERROR 4",
    "2, 0001e240, 1, 2, ffffffff 61620000    , ACCEPT_WITH_ERROR 4",
    "2, 0001e240, 1, 2, 40000000 61620000    , ACCEPT_WITH_ERROR 4",
    "2, 0001e240, 1, 19,       ''            , ACCEPT_WITH_ERROR 3",
    "2, 0001e240, 1, -1,       ''            , ACCEPT_WITH_ERROR 3",
    "2, 0001e240, 1, 2147483647, ''          , ACCEPT_WITH_ERROR 3",
    "2, 0001e240, 0, 2, 00000002 61620000    , PROGRAM_MISMATCH",
    "2, 0001e240, 2, 99,       ''            , PROGRAM_MISMATCH",
    "2, 0001e240, -1, 2,       ''            , PROGRAM_MISMATCH",
    "2, 0001e241, 7, 99,       ''            , ACCEPT_WITH_ERROR 1",
    "2, 000186a0, 2, 3,        ''            , ACCEPT_WITH_ERROR 1",
    "3, 0001e240, 1, 0,        ''            , DENY_RPC_VERSION",
    "0, 0001e241, 9, 9,        ''            , DENY_RPC_VERSION",
    "-1, 0001e240, 1, 0,       ''            , DENY_RPC_VERSION",
  })
  void shouldJudge(
      int rpcVersion,
      String program,
      int version,
      int procedure,
      String arguments,
      String verdict) {
    String numbers = String.format("%08x %s %08x %08x", rpcVersion, program, version, procedure);
    assertEquals(verdict, judge("00000007 00000000" + numbers + NONE + NONE + arguments));
    assertEquals(7, header.xid());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000 00000000", // AUTH_NONE
        "00000000 00000008 deadbeef deadbeef", // with a body
        "00000001 00000014 00000001 00000000 00000002 00000003 00000000", // the shortest AUTH_SYS
        "00000001 00000018 00000001 00000001 61ffffff 00000002 00000003 00000000",
        "00000001 0000001c 00000001 00000000 00000002 00000003 00000001 00000004 99999999"
      })
  void shouldAcceptTheCredential(String credential) {
    assertEquals("EXECUTE", judge(call(credential, NONE)));
    assertEquals(8, input.remaining(), "the arguments are next");
  }

  @ParameterizedTest
  @CsvSource({
    "00000002 00000000         , 2", // AUTH_SHORT
    "00000003 00000004 00000000, 2", // AUTH_DH
    "00000006 00000000         , 2", // RPCSEC_GSS
    "ffffffff 00000000         , 2",
    "00000001 00000000         , 1",
    "00000001 00000010 00000001 00000000 00000002 00000003, 1", // no count of groups
    "00000001 00000014 00000001 ffffffff 00000002 00000003 00000000, 1",
    "00000001 00000014 00000001 7fffffff 00000002 00000003 00000000, 1",
    "00000001 00000014 00000001 00000001 61000000 00000002 00000000, 1", // cut short by its name
    "00000001 00000014 00000001 00000000 00000002 00000003 00000001, 1", // the group is missing
    "00000001 00000014 00000001 00000000 00000002 00000003 ffffffff, 1",
    "00000001 00000014 00000001 00000000 00000002 00000003 40000000, 1"
  })
  void shouldDenyTheCredential(String credential, int authStatus) {
    assertEquals("DENY_AUTHENTICATION " + authStatus, judge(call(credential, NONE)));
  }

  @Test
  void shouldForgetTheLastCallersBadCredential() {
    judge(call("00000002 00000000", NONE));
    assertEquals("EXECUTE", judge(call(NONE, NONE)));
  }

  @Test
  void shouldAcceptMachineNamesOf255BytesAndNoMore() {
    assertEquals("EXECUTE", judge(call(authSys(255, 0), NONE)));
    assertEquals("DENY_AUTHENTICATION 1", judge(call(authSys(256, 0), NONE)));
  }

  @Test
  void shouldAccept16GroupsAndNoMore() {
    assertEquals("EXECUTE", judge(call(authSys(0, 16), NONE)));
    assertEquals("DENY_AUTHENTICATION 1", judge(call(authSys(0, 17), NONE)));
    assertEquals("EXECUTE", judge(call(authSys(255, 16), NONE)));
  }

  @Test
  void shouldTakeCredentialsAndVerifiersOf400BytesAndNoMore() {
    String of400 = "00000000 00000190" + "00".repeat(400);
    String of401 = "00000000 00000191" + "00".repeat(404);
    assertEquals("EXECUTE", judge(call(of400, of400)));
    assertEquals("NOT_A_CALL", judge(call(of401, NONE)));
    assertEquals("NOT_A_CALL", judge(call(NONE, of401)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000000 80000000", "00000000 ffffffff", "00000001 7fffffff"})
  void shouldRefuseImpossibleLengthsOfCredentialAndVerifier(String opaque) {
    assertEquals("NOT_A_CALL", judge(call(opaque, NONE)));
    assertEquals("NOT_A_CALL", judge(call(NONE, opaque)));
  }

  @Test
  void shouldAcceptAnyVerifierThatIsWhole() {
    assertEquals("EXECUTE", judge(call(NONE, "00000063 00000003 01020399")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000001", "00000002", "ffffffff"})
  void shouldNotTakeAnythingElseForACall(String messageType) {
    assertEquals(
        "NOT_A_CALL",
        judge("00000007" + messageType + "00000002 0001e240 00000001 00000000" + NONE + NONE));
  }

  @Test
  void shouldNotTakeAnyBeginningOfAHeaderForACall() {
    byte[] call = Hex.bytes(call(NONE, NONE));
    int headerBytes = 40;
    for (int length = 0; length < headerBytes; length++) {
      assertEquals(Verdict.NOT_A_CALL, read(Arrays.copyOf(call, length)), length + " bytes");
    }
    for (int length = headerBytes; length < call.length; length++) {
      assertEquals(
          "ACCEPT_WITH_ERROR 4", show(read(Arrays.copyOf(call, length))), length + " bytes");
    }
    assertEquals(Verdict.EXECUTE, read(call));
  }

  /** A call of GET "ab". */
  private static String call(String credential, String verifier) {
    return "00000007 00000000 00000002 0001e240 00000001 00000002" + credential + verifier + GET_AB;
  }

  private static String authSys(int nameBytes, int groups) {
    int padded = (nameBytes + 3) & ~3;
    String body =
        String.format("00000001 %08x", nameBytes)
            + "61".repeat(padded)
            + String.format("00000002 00000003 %08x", groups)
            + "00000004".repeat(groups);
    return String.format("00000001 %08x", Hex.bytes(body).length) + body;
  }

  private String judge(String digits) {
    return show(read(Hex.bytes(digits)));
  }

  private Verdict read(byte[] message) {
    return header.read(input.wrap(message, 0, message.length), KvProgram.PROGRAM);
  }

  private String show(Verdict verdict) {
    return switch (verdict) {
      case ACCEPT_WITH_ERROR -> verdict + " " + header.acceptStatus();
      case DENY_AUTHENTICATION -> verdict + " " + header.authStatus();
      default -> verdict.toString();
    };
  }
}
