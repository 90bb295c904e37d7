package org.rkv.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A directory in memory that loses what a real one may lose. A power cut takes away any subset of
 * what was not forced: blocks of 512 bytes, which are zero then or missing at the end, and what was
 * done to names. A force that fails loses what it was to force at the next power cut, whatever
 * later forces say: so Linux does it. Everything is drawn from a seed.
 */
public final class SimulatedVolume implements Volume {
  private final Random random;
  private Map<String, SimulatedFile> names = new TreeMap<>();

  /** Each binding of a name since the last force of the directory, the forced one first. */
  private final Map<String, List<SimulatedFile>> bindings = new HashMap<>();

  private final List<String> operations = new ArrayList<>();
  private long capacity = Long.MAX_VALUE;
  private long operationsLeft = Long.MAX_VALUE;
  private double forceFailures;
  private double fullForces;
  private boolean isGarbling;
  private boolean isTouched;
  private int boots;

  /** Empty, with endless room and no failures. */
  public SimulatedVolume(Random random) {
    this.random = random;
  }

  /** Thrown where the process is killed. */
  public static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private static final class SimulatedFile {
    private byte[] bytes = {};
    private int size;
    private int forced;

    /** Will be gone at the next power cut. */
    private final BitSet lost = new BitSet();

    private void append(ByteBuffer more, int length) {
      if (size + length > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + length));
      }
      more.get(bytes, size, length);
      size += length;
    }

    private int firstUnforcedBlock() {
      return forced / Block.BYTES;
    }

    private int blocks() {
      return (size + Block.BYTES - 1) / Block.BYTES;
    }

    private void cut(Random random, boolean isGarbling) {
      if (size > forced) {
        size = forced + random.nextInt(size - forced + 1);
        for (int block = firstUnforcedBlock(); block < blocks(); block++) {
          if (random.nextBoolean()) {
            zero(block, Math.max(forced, block * Block.BYTES));
            if (isGarbling && random.nextBoolean()) {
              bytes[Math.max(forced, block * Block.BYTES)] = 1;
            }
          }
        }
      }
      lost.stream().forEach(block -> zero(block, block * Block.BYTES));
      lost.clear();
      forced = size;
    }

    private void zero(int block, int from) {
      int to = Math.min(size, (block + 1) * Block.BYTES);
      if (from < to) {
        Arrays.fill(bytes, from, to, (byte) 0);
      }
    }
  }

  /** All files together take no more. */
  public void limit(long bytes) {
    capacity = bytes;
  }

  public long usedBytes() {
    return names.values().stream().mapToLong(file -> file.size).sum();
  }

  /** The process is killed in that operation from now on. */
  public void killAfter(long count) {
    operationsLeft = count;
  }

  /** How often a force fails with an error of the disk, and how often because it is full. */
  public void failForces(double errors, double full) {
    forceFailures = errors;
    fullForces = full;
  }

  /** Blocks that a power cut takes away may be anything then, not only zero. */
  public void garble() {
    isGarbling = true;
  }

  /** What was done, in order, as "force 00000001.log". */
  public List<String> operations() {
    return operations;
  }

  /** All machines lose power. */
  public void cutPower() {
    boots++;
    bindings.forEach(
        (name, files) -> {
          SimulatedFile survivor = files.get(random.nextInt(files.size()));
          if (survivor == null) {
            names.remove(name);
          } else {
            names.put(name, survivor);
          }
        });
    bindings.clear();
    names.values().stream().distinct().forEach(file -> file.cut(random, isGarbling));
  }

  /**
   * A bit of what is there is another one from now on, in whichever file.
   *
   * @return where
   */
  public String flipBit(Random chosen) {
    List<String> written =
        names.keySet().stream().filter(each -> names.get(each).size > 0).toList();
    if (written.isEmpty()) {
      return "there is none";
    }
    String name = written.get(chosen.nextInt(written.size()));
    SimulatedFile file = names.get(name);
    int offset = chosen.nextInt(file.size);
    file.bytes[offset] ^= (byte) (1 << chosen.nextInt(Byte.SIZE));
    isTouched = true;
    return name + " at offset " + offset;
  }

  /** Whether any bit was ever {@link #flipBit flipped}, so that damage may be found. */
  public boolean isTouched() {
    return isTouched;
  }

  /** The bytes of a file, to look at. */
  public byte[] bytes(String name) {
    SimulatedFile file = names.get(name);
    return Arrays.copyOf(file.bytes, file.size);
  }

  /** Puts a file there, forced. */
  public void put(String name, byte[] bytes) {
    SimulatedFile file = new SimulatedFile();
    file.append(ByteBuffer.wrap(bytes), bytes.length);
    file.forced = bytes.length;
    names.put(name, file);
  }

  /** A copy of all that is there now, forced. */
  public SimulatedVolume copy() {
    SimulatedVolume copy = new SimulatedVolume(random);
    names.keySet().forEach(name -> copy.put(name, bytes(name)));
    copy.boots = boots;
    copy.isTouched = isTouched;
    return copy;
  }

  @Override
  public List<String> list() {
    return List.copyOf(names.keySet());
  }

  @Override
  public Output create(String name) throws IOException {
    step("create " + name);
    if (names.containsKey(name)) {
      throw new FileAlreadyExistsException(name);
    }
    SimulatedFile file = new SimulatedFile();
    bind(name, file);
    return new Output() {
      @Override
      public void write(ByteBuffer bytes) throws IOException {
        if (operationsLeft <= 1) {
          file.append(bytes, random.nextInt(bytes.remaining() + 1));
        }
        step("write " + name);
        long room = capacity - usedBytes();
        if (room < bytes.remaining()) {
          file.append(bytes, (int) Math.max(room, 0));
          throw new DiskFullException("no space", null);
        }
        file.append(bytes, bytes.remaining());
      }

      @Override
      public void force() throws IOException {
        step("force " + name);
        double chance = random.nextDouble();
        if (chance < forceFailures + fullForces) {
          file.lost.set(file.firstUnforcedBlock(), file.blocks());
          file.forced = file.size;
          throw chance < forceFailures
              ? new IOException("Input/output error")
              : new DiskFullException("no space", null);
        }
        file.forced = file.size;
      }

      @Override
      public void close() {
        operations.add("close " + name);
      }
    };
  }

  @Override
  public Input open(String name) throws IOException {
    SimulatedFile file = names.get(name);
    if (file == null) {
      throw new NoSuchFileException(name);
    }
    ByteBuffer bytes = ByteBuffer.wrap(file.bytes, 0, file.size);
    operations.add("open " + name);
    return new Input() {
      @Override
      public long size() {
        return file.size;
      }

      @Override
      public void position(long offset) {
        bytes.position((int) Math.min(offset, bytes.limit()));
      }

      @Override
      public int read(ByteBuffer into) {
        if (!bytes.hasRemaining()) {
          return -1;
        }
        int length = Math.min(into.remaining(), bytes.remaining());
        into.put(bytes.slice().limit(length));
        bytes.position(bytes.position() + length);
        return length;
      }

      @Override
      public void close() {
        operations.add("close " + name);
      }
    };
  }

  @Override
  public void rename(String from, String to) throws IOException {
    step("rename " + from + " " + to);
    SimulatedFile file = names.get(from);
    if (file == null) {
      throw new NoSuchFileException(from);
    }
    bind(to, file);
    bind(from, null);
  }

  @Override
  public void remove(String name) {
    if (names.containsKey(name)) {
      step("remove " + name);
      bind(name, null);
    }
  }

  private void bind(String name, SimulatedFile file) {
    List<SimulatedFile> since = bindings.computeIfAbsent(name, any -> new ArrayList<>());
    if (since.isEmpty()) {
      since.add(names.get(name));
    }
    since.add(file);
    if (file == null) {
      names.remove(name);
    } else {
      names.put(name, file);
    }
  }

  @Override
  public void force() throws IOException {
    step("force .");
    if (random.nextDouble() < fullForces) {
      throw new DiskFullException("no space", null);
    }
    bindings.clear();
  }

  @Override
  public void checkPlace() {
    // nobody takes it away
  }

  @Override
  public String place() {
    return "/simulated";
  }

  @Override
  public long freeBytes() {
    return capacity - usedBytes();
  }

  @Override
  public String bootId() {
    return "boot" + boots;
  }

  private void step(String operation) {
    operations.add(operation);
    operationsLeft--;
    if (operationsLeft <= 0) {
      throw new Killed();
    }
  }
}
