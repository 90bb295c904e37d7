package org.rkv.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rkv.replica.ReplicaFile;

/** Which replicas an operator means, on a machine that has the hosts "a" and "b". */
class ChoiceTest {
  private static final ReplicaFile FILE = ReplicaFile.parse("a b:1 b:2 far [fd00::2]:3");

  @Test
  void shouldTakeAllWhereNoneIsNamed() throws Refusal {
    assertEquals(
        List.of("local a", "local b:1", "local b:2", "remote far", "remote [fd00::2]:3"),
        chosen(false));
  }

  @Test
  void shouldTakeTheNamedOnesOnceAndInTheirOrder() throws Refusal {
    assertEquals(List.of("remote far", "local a"), chosen(false, "far", "a", "far"));
  }

  @Test
  void shouldTakeAllOfAHostAndOneByItsPort() throws Refusal {
    assertEquals(List.of("local b:1", "local b:2"), chosen(false, "b"));
    assertEquals(List.of("local b:2"), chosen(false, "b:2"));
    assertEquals(List.of("remote [fd00::2]:3"), chosen(false, "fd00::2"));
  }

  /** The machine that asks may have the name in another spelling than this one. */
  @Test
  void shouldTakeANameInAnySpellingOfIt() throws Refusal {
    assertEquals(List.of("local a"), chosen(false, "A:7"));
    assertEquals(List.of("remote far"), chosen(false, "FAR."));
    assertEquals(List.of("remote [fd00::2]:3"), chosen(false, "[fd00:0::2]:3"));
    assertThrows(Refusal.class, () -> chosen(false, "a:8"));
  }

  @Test
  void shouldRefuseANameThatTheFileDoesNotHave() {
    Refusal refusal = assertThrows(Refusal.class, () -> chosen(false, "a", "c"));

    assertEquals(2, refusal.exitStatus());
    assertEquals(
        "the replica file does not name \"c\"; it names a b:1 b:2 far [fd00::2]:3",
        refusal.getMessage());
  }

  @Test
  void shouldLeaveOutOtherMachinesWhereOnlyThisOneIsMeant() throws Refusal {
    assertEquals(List.of("local a", "local b:1", "local b:2"), chosen(true));
    assertEquals(List.of("local a"), chosen(true, "a"));
  }

  @Test
  void shouldRefuseTheNameOfAnotherMachineWhereOnlyThisOneIsMeant() {
    Refusal refusal = assertThrows(Refusal.class, () -> chosen(true, "a", "far"));

    assertEquals(1, refusal.exitStatus());
    assertEquals("far is not an address of this machine", refusal.getMessage());
  }

  @Test
  void shouldSayThatNoNameIsOfThisMachine() {
    Refusal refusal =
        assertThrows(
            Refusal.class,
            () -> Choice.of(FILE, 7, List.of(), true, host -> host.equals("elsewhere")));

    assertEquals(1, refusal.exitStatus());
    assertEquals(
        "no name in the replica file is an address of this machine; it names"
            + " a b:1 b:2 far [fd00::2]:3",
        refusal.getMessage());
  }

  @Test
  void shouldChooseNothingFromAnEmptyFile() throws Refusal {
    ReplicaFile empty = ReplicaFile.parse("# nobody");

    assertEquals(List.of(), Choice.of(empty, 7, List.of(), true, host -> true).replicas());
    assertEquals(List.of(), Choice.of(empty, 7, List.of("a"), false, host -> true).replicas());
  }

  @Test
  void shouldCountAllOfThisMachineWhateverWasAskedFor() throws Refusal {
    Choice one = Choice.of(FILE, 7, List.of("a"), false, List.of("a", "b")::contains);

    assertEquals(3, one.countOfThisMachine().getAsInt());
  }

  private static List<String> chosen(boolean onlyHere, String... words) throws Refusal {
    return Choice.of(FILE, 7, List.of(words), onlyHere, List.of("a", "b")::contains)
        .replicas()
        .stream()
        .map(replica -> (replica.isLocal() ? "local " : "remote ") + replica.name())
        .toList();
  }
}
