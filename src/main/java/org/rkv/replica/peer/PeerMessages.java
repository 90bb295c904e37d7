package org.rkv.replica.peer;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.epoch.Epoch;
import org.rkv.replica.epoch.EpochHistory;
import org.rkv.replica.epoch.Epochs;
import org.rkv.replica.epoch.Passed;
import org.rkv.replica.epoch.Past;
import org.rkv.rpc.Address;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Contents;
import org.rkv.rpc.History;
import org.rkv.rpc.Listed;
import org.rkv.rpc.Names;
import org.rkv.rpc.Particulars;

/** What replicas tell of themselves as the messages of kv.x, and back. */
public final class PeerMessages {
  /** Of one entry; more are not compared. */
  private static final int MAX_ADDRESSES = 16;

  private static final Pattern NOT_OF_NAMES = Pattern.compile("[^!-~]");

  private PeerMessages() {}

  /**
   * The first step of a greeting.
   *
   * @param meant the caller's entry for the replica called; empty in an answer
   */
  static Names names(LocalReplica self, String meant, byte[] nonce) {
    Names names = new Names();
    names.name = self.givenName();
    names.incarnation = self.incarnation();
    names.start = self.start();
    Opening opening = self.opening();
    names.generation = opening.generation();
    names.opening = opening.id();
    names.meant = meant;
    names.nonce = new Bytes(nonce);
    return names;
  }

  /** The one in which they say that they are. */
  static Opening opening(Names names) {
    return new Opening(names.incarnation, names.generation, names.opening);
  }

  /** The second step, without a proof yet. */
  static Particulars particulars(LocalReplica self, List<Listing> list) {
    Particulars particulars = new Particulars();
    particulars.state = self.state();
    particulars.standing = self.standing();
    particulars.capacity = self.limits().capacity();
    particulars.max_length = self.limits().maxLength();
    particulars.cluster = self.cluster().text();
    particulars.list = listed(list);
    Past past = self.past();
    particulars.history = history(past, self.history().company());
    particulars.taken = longs(past.taken());
    particulars.kept = past.incarnation();
    particulars.contents = self.contents();
    particulars.openings = openings(self.openings().latest());
    particulars.limit = self.limit();
    particulars.max_bytes = self.maxBytes();
    particulars.held_bytes = self.heldBytes();
    particulars.proof = new Bytes(new byte[0]);
    return particulars;
  }

  /** What is told to one that is refused before anything is to be told. */
  static Particulars nothing() {
    Particulars particulars = new Particulars();
    particulars.cluster = "";
    particulars.list = new Listed[0];
    particulars.history = noHistory();
    particulars.taken = new long[0];
    particulars.contents = noContents();
    particulars.openings = openings(List.of());
    particulars.proof = new Bytes(new byte[0]);
    return particulars;
  }

  private static Contents noContents() {
    Contents contents = new Contents();
    contents.entries_digest = new Bytes(new byte[0]);
    contents.tombstones_digest = new Bytes(new byte[0]);
    return contents;
  }

  private static org.rkv.rpc.Opening[] openings(Collection<Opening> openings) {
    return openings.stream().map(PeerMessages::opening).toArray(org.rkv.rpc.Opening[]::new);
  }

  private static org.rkv.rpc.Opening opening(Opening opening) {
    org.rkv.rpc.Opening message = new org.rkv.rpc.Opening();
    message.incarnation = opening.incarnation();
    message.generation = opening.generation();
    message.id = opening.id();
    return message;
  }

  static List<Opening> openings(Particulars particulars) {
    return Arrays.stream(particulars.openings)
        .limit(Openings.MAX_OPENINGS)
        .map(each -> new Opening(each.incarnation, each.generation, each.id))
        .toList();
  }

  static Listed[] listed(List<Listing> list) {
    return list.stream().map(PeerMessages::listed).toArray(Listed[]::new);
  }

  private static Listed listed(Listing listing) {
    Listed listed = new Listed();
    listed.text = listing.text();
    listed.addresses = listing.addresses().stream().map(Address::new).toArray(Address[]::new);
    listed.given_name = listing.givenName();
    listed.member = listing.isMember();
    return listed;
  }

  static List<Listing> list(Listed[] listed) {
    return Arrays.stream(listed)
        .limit(ListComparison.MAX_ENTRIES + 1)
        .map(
            each ->
                new Listing(
                    plain(each.text),
                    Arrays.stream(each.addresses)
                        .limit(MAX_ADDRESSES)
                        .map(address -> address.value)
                        .toList(),
                    plain(each.given_name),
                    each.member))
        .toList();
  }

  /** A name as it came, which goes to logs and terminals: short, and nothing but names have. */
  static String plain(String name) {
    String shown =
        name.length() > KvProgram.MAX_NAME_BYTES
            ? name.substring(0, KvProgram.MAX_NAME_BYTES)
            : name;
    return NOT_OF_NAMES.matcher(shown).replaceAll("?");
  }

  /** In full. */
  public static History history(EpochHistory history) {
    return history(history.past(), history.company());
  }

  /** What a past comes to, with that company. */
  public static History history(Past past, Set<Long> company) {
    History message = new History();
    message.epochs =
        past.epochs().all().stream().map(PeerMessages::epoch).toArray(org.rkv.rpc.Epoch[]::new);
    message.company = longs(company);
    message.passed =
        past.passed().clocks().entrySet().stream()
            .map(each -> passed(each.getKey(), each.getValue()))
            .toArray(org.rkv.rpc.Passed[]::new);
    return message;
  }

  /** Of a message that has none. */
  public static History noHistory() {
    History message = new History();
    message.epochs = new org.rkv.rpc.Epoch[0];
    message.company = new long[0];
    message.passed = new org.rkv.rpc.Passed[0];
    return message;
  }

  private static org.rkv.rpc.Passed passed(long incarnation, long clock) {
    org.rkv.rpc.Passed message = new org.rkv.rpc.Passed();
    message.incarnation = incarnation;
    message.clock = clock;
    return message;
  }

  private static org.rkv.rpc.Epoch epoch(Epoch epoch) {
    org.rkv.rpc.Epoch message = new org.rkv.rpc.Epoch();
    message.id = epoch.id();
    message.clock = epoch.clock();
    message.incarnations = longs(epoch.incarnations());
    return message;
  }

  /**
   * What a message tells of this incarnation.
   *
   * @param taken ids of epochs
   */
  public static Past past(long incarnation, History message, Set<Long> taken) {
    Passed passed =
        Passed.of(
            Arrays.stream(message.passed)
                .collect(
                    Collectors.toMap(each -> each.incarnation, each -> each.clock, Math::max)));
    return new Past(incarnation, epochs(message), taken, passed);
  }

  private static Epochs epochs(History message) {
    return Epochs.of(
        Arrays.stream(message.epochs)
            .map(
                epoch -> new Epoch(epoch.id, epoch.clock, new TreeSet<>(longs(epoch.incarnations))))
            .toList());
  }

  /** The company that a message tells. */
  public static Set<Long> company(History message) {
    return longs(message.company);
  }

  static Past past(Particulars particulars) {
    return past(particulars.kept, particulars.history, longs(particulars.taken));
  }

  private static long[] longs(Collection<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private static Set<Long> longs(long[] numbers) {
    return LongStream.of(numbers).boxed().collect(Collectors.toSet());
  }
}
