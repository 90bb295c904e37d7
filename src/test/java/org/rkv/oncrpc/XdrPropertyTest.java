package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.acplt.oncrpc.XdrAble;
import org.rkv.net.Calls;
import org.rkv.oncrpc.CallHeader.Verdict;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.Cursor;
import org.rkv.rpc.Epoch;
import org.rkv.rpc.History;
import org.rkv.rpc.Key;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.Page;
import org.rkv.rpc.Passed;
import org.rkv.rpc.Put;
import org.rkv.rpc.Scanned;
import org.rkv.rpc.Stamp;
import org.rkv.rpc.Value;

/** What is encoded is decoded again, and what is walked over can be decoded. */
class XdrPropertyTest {
  private static final int RSCAN = 11;
  private static final int RPUT = 4;
  private static final int PROCEDURES = 19;

  @Property
  void shouldReadAStringAsItWasWritten(@ForAll @Size(max = 300) byte[] bytes) throws Exception {
    XdrOutput output = new XdrOutput(0);
    output.xdrEncodeDynamicOpaque(bytes);
    XdrInput input = input(output);
    assertTrue(Shape.STRING.fits(input));
    byte[] read = input.xdrDecodeDynamicOpaque();
    assertArrayEquals(bytes, read);
    assertEquals(0, input.remaining());
  }

  @Property
  void shouldReadNumbersAsTheyWereWritten(@ForAll int number, @ForAll long hyper) throws Exception {
    XdrOutput output = new XdrOutput(0);
    output.xdrEncodeInt(number);
    output.xdrEncodeLong(hyper);
    XdrInput input = input(output);
    assertEquals(number, input.xdrDecodeInt());
    assertEquals(hyper, input.xdrDecodeLong());
  }

  @Property
  void shouldWalkOverExactlyThePutThatWasWritten(
      @ForAll("byteStrings") String key, @ForAll("byteStrings") String value, @ForAll long clock)
      throws Exception {
    Put put = new Put();
    put.kv = new KeyValue();
    put.kv.key = new Key(key);
    put.kv.value = new Value(value);
    put.stamp = stamp(clock, ~clock);
    put.settled = clock - 1;
    Put read = (Put) reread(put, KvProgram.PROGRAM.procedure(RPUT).arguments(), new Put());
    assertEquals(key, read.kv.key.value);
    assertEquals(value, read.kv.value.value);
    assertEquals(clock, read.stamp.clock);
    assertEquals(~clock, read.stamp.origin);
    assertEquals(clock - 1, read.settled);
  }

  @Property(tries = 300)
  void shouldWalkOverExactlyThePageThatWasWritten(
      @ForAll @Size(max = 20) List<@From("scanned") Scanned> entries, @ForAll boolean last)
      throws Exception {
    Page page = new Page();
    page.entries = entries.toArray(new Scanned[0]);
    page.last = last;
    page.next = new Cursor();
    page.next.after = new Key("after");
    page.history = new History();
    page.history.epochs = new Epoch[0];
    page.history.company = new long[] {1, 2};
    page.history.passed = new Passed[0];
    Page read = (Page) reread(page, KvProgram.PROGRAM.procedure(RSCAN).results(), new Page());
    assertEquals(entries.size(), read.entries.length);
    for (int i = 0; i < read.entries.length; i++) {
      assertEquals(entries.get(i).key.value, read.entries[i].key.value);
      assertEquals(entries.get(i).stamp.clock, read.entries[i].stamp.clock);
      assertEquals(entries.get(i).settled, read.entries[i].settled);
    }
    assertEquals(last, read.last);
  }

  @Property
  void shouldNeverThrowOutOfAHeaderAndDecodeWhatItLetsThrough(@ForAll("nearlyCalls") byte[] message)
      throws Exception {
    CallHeader header = new CallHeader();
    XdrInput input = new XdrInput().wrap(message, 0, message.length);
    if (header.read(input, KvProgram.PROGRAM) == Verdict.EXECUTE) {
      KvTypes.ARGUMENTS.get(header.procedure()).get().xdrDecode(input);
    }
  }

  @Property
  void shouldDecodeAllResultsThatFitTheirShape(
      @ForAll @IntRange(max = PROCEDURES - 1) int procedure, @ForAll("words") byte[] results)
      throws Exception {
    expectDecodableIfItFits(
        KvProgram.PROGRAM.procedure(procedure).results(), KvTypes.RESULTS.get(procedure), results);
  }

  @Property
  void shouldDecodeAllArgumentsThatFitTheirShape(
      @ForAll @IntRange(max = PROCEDURES - 1) int procedure, @ForAll("words") byte[] arguments)
      throws Exception {
    expectDecodableIfItFits(
        KvProgram.PROGRAM.procedure(procedure).arguments(),
        KvTypes.ARGUMENTS.get(procedure),
        arguments);
  }

  private static void expectDecodableIfItFits(Shape shape, Supplier<XdrAble> type, byte[] bytes)
      throws Exception {
    XdrInput input = new XdrInput().wrap(bytes, 0, bytes.length);
    if (shape.fits(input)) {
      type.get().xdrDecode(input);
      int decoded = input.position();
      input.setPosition(0);
      assertTrue(shape.walk(input));
      assertEquals(decoded, input.position(), "the walk takes the bytes that the decoder takes");
    }
  }

  private static XdrAble reread(XdrAble written, Shape shape, XdrAble target) throws Exception {
    XdrOutput output = new XdrOutput(0);
    written.xdrEncode(output);
    XdrInput input = input(output);
    assertTrue(shape.fits(input));
    for (int size = 0; size < output.size(); size++) {
      assertFalse(shape.fits(new XdrInput().wrap(output.buffer(), 0, size)), size + " bytes");
    }
    target.xdrDecode(input);
    assertEquals(0, input.remaining());
    return target;
  }

  private static XdrInput input(XdrOutput output) {
    return new XdrInput().wrap(output.buffer(), 0, output.size());
  }

  private static Stamp stamp(long clock, long origin) {
    Stamp stamp = new Stamp();
    stamp.clock = clock;
    stamp.origin = origin;
    return stamp;
  }

  @Provide
  static Arbitrary<String> byteStrings() {
    return Arbitraries.strings().withCharRange((char) 0, (char) 255).ofMaxLength(40);
  }

  @Provide
  static Arbitrary<Scanned> scanned() {
    return Combinators.combine(
            byteStrings(), Arbitraries.longs(), Arbitraries.of(true, false), byteStrings())
        .as(
            (key, clock, settled, value) -> {
              Scanned scanned = new Scanned();
              scanned.key = new Key(key);
              scanned.value = new Value(value);
              scanned.stamp = stamp(clock, 1);
              scanned.settled = settled;
              return scanned;
            });
  }

  /** Words that are mostly small numbers, so that they are lengths that can be true. */
  @Provide
  static Arbitrary<byte[]> words() {
    Arbitrary<Integer> word =
        Arbitraries.frequencyOf(
            Tuple.of(8, Arbitraries.integers().between(0, 12)),
            Tuple.of(1, Arbitraries.of(-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 30)),
            Tuple.of(1, Arbitraries.integers()));
    return Combinators.combine(word.list().ofMaxSize(40), Arbitraries.integers().between(0, 3))
        .as(XdrPropertyTest::bytes);
  }

  /** Headers with a number or two that are wrong, and such words as arguments. */
  @Provide
  static Arbitrary<byte[]> nearlyCalls() {
    Arbitrary<Integer> odd = Arbitraries.integers();
    return Combinators.combine(
            words(),
            Arbitraries.integers().between(-1, PROCEDURES),
            Arbitraries.integers().between(-20, 9),
            odd,
            Arbitraries.integers().between(0, 60))
        .as(
            (arguments, procedure, oddWord, oddValue, cut) -> {
              byte[] call = Calls.join(Calls.nothing(7), arguments);
              XdrOutput.putInt(call, 20, procedure);
              if (oddWord >= 0) {
                XdrOutput.putInt(call, 4 * oddWord, oddValue);
              }
              return cut < 4 ? Arrays.copyOf(call, 10 * cut) : call;
            });
  }

  private static byte[] bytes(List<Integer> words, int cut) {
    byte[] bytes = new byte[4 * words.size()];
    for (int i = 0; i < words.size(); i++) {
      XdrOutput.putInt(bytes, 4 * i, words.get(i));
    }
    return Arrays.copyOf(bytes, Math.max(0, bytes.length - cut));
  }
}
