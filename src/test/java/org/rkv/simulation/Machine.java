package org.rkv.simulation;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.rkv.disk.SimulatedVolume;
import org.rkv.net.ChannelListener;

/** A computer with an address, a wall clock, and one process that runs on it, or none. */
final class Machine {
  private static final long MOST_SET_BACK_MILLIS = 600_000;

  /** Some time in 2026. */
  private static final long WALL_CLOCK_AT_START_MILLIS = 1_780_000_000_000L;

  private final String name;
  private final int number;
  private final InetAddress address;
  private final Scheduler scheduler;
  private final boolean wallClockStands;
  private SimulatedVolume disk;
  private NameService names;
  private Process process;
  private ChannelListener listener;
  private boolean switchedOff;
  private long wallClockErrorMillis;
  private long highestWallClockMillis;
  private long errorAtStartMillis;

  /**
   * Makes a machine that is on and runs nothing.
   *
   * @param number its address is 10.0.0.number
   * @param wallClockStands whether its wall clock always shows the time of the start
   */
  Machine(String name, int number, Scheduler scheduler, boolean wallClockStands) {
    this.name = name;
    this.number = number;
    this.scheduler = scheduler;
    this.wallClockStands = wallClockStands;
    disk = new SimulatedVolume(new Random(number));
    try {
      address = InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) number});
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  String name() {
    return name;
  }

  /** The last byte of the address. */
  int number() {
    return number;
  }

  InetAddress address() {
    return address;
  }

  /** The address, to be connected to without a name. */
  String host() {
    return address.getHostAddress();
  }

  /** Where names are looked up. */
  NameService names() {
    return names;
  }

  /** From now on names are looked up there. */
  void names(NameService service) {
    names = service;
  }

  /** What runs now, or null. */
  Process process() {
    return process;
  }

  /** Switches on and starts a process, which does not listen yet. */
  Process start() {
    switchedOff = false;
    highestWallClockMillis = 0;
    errorAtStartMillis = wallClockErrorMillis;
    process = new Process(this, scheduler);
    return process;
  }

  /** From now on who connects is served by this. */
  void listen(ChannelListener server) {
    listener = server;
  }

  /** Who serves connections, or null if they are refused. */
  ChannelListener listener() {
    return listener;
  }

  /** Ends the process at once, as kill -9 does: the system closes its connections. */
  void kill() {
    process.end();
    process = null;
    listener = null;
  }

  /** Ends everything at once: nobody is told, and what the disk has not forced may be lost. */
  void switchOff() {
    kill();
    switchedOff = true;
    disk.cutPower();
  }

  /** From now on there is an empty one. */
  void changeDisk() {
    disk = new SimulatedVolume(new Random(number));
  }

  /** From now on there is this one, while nothing runs. */
  void disk(SimulatedVolume other) {
    disk = other;
  }

  /** What is kept here when nothing runs. */
  SimulatedVolume disk() {
    return disk;
  }

  boolean isOff() {
    return switchedOff;
  }

  /** What all wall clocks should show. */
  long timeMillis() {
    long passed = wallClockStands ? 0 : scheduler.nowNanos() / 1_000_000;
    return WALL_CLOCK_AT_START_MILLIS + passed;
  }

  long wallClockMillis() {
    long shown = timeMillis() + wallClockErrorMillis;
    highestWallClockMillis = Math.max(highestWallClockMillis, shown);
    return shown;
  }

  /**
   * Whether the wall clock was set back by so much when this machine was last started that writes
   * may fail for it: the exception that guarantee 10 makes.
   */
  boolean hasStartedInThePast() {
    return errorAtStartMillis < -MOST_SET_BACK_MILLIS;
  }

  /** The highest that the wall clock has shown since this machine was last started. */
  long highestWallClockMillis() {
    return highestWallClockMillis;
  }

  long wallClockErrorMillis() {
    return wallClockErrorMillis;
  }

  /** Sets the wall clock this much beside the true time. */
  void setWallClockError(long millis) {
    wallClockErrorMillis = millis;
  }

  @Override
  public String toString() {
    return name;
  }
}
