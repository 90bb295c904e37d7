package org.rkv.simulation;

import java.net.InetSocketAddress;
import java.util.Arrays;
import org.rkv.net.Channel;
import org.rkv.net.ChannelListener;

/**
 * A TCP connection between two processes. An end outlives neither its process nor what the other
 * end says last; the system of a process that is gone answers what still arrives with a reset.
 */
final class Connection {
  private final Scheduler scheduler;
  private final Fabric fabric;
  private final End caller;
  private final End callee;

  /**
   * Makes a connection that both ends still have to be told of.
   *
   * @param number the caller's port
   */
  Connection(
      Scheduler scheduler,
      Fabric fabric,
      Process callerProcess,
      ChannelListener callerListener,
      Process calleeProcess,
      ChannelListener calleeListener,
      int callersPort,
      int calleesPort) {
    this.scheduler = scheduler;
    this.fabric = fabric;
    Machine from = callerProcess.machine();
    Machine to = calleeProcess.machine();
    Pipe there = new Pipe(scheduler, fabric, from, to);
    Pipe back = new Pipe(scheduler, fabric, to, from);
    caller =
        new End(
            callerProcess,
            callerListener,
            new InetSocketAddress(to.address(), calleesPort),
            there,
            back);
    callee =
        new End(
            calleeProcess,
            calleeListener,
            new InetSocketAddress(from.address(), callersPort),
            back,
            there);
    there.receiver(callee);
    back.receiver(caller);
  }

  End caller() {
    return caller;
  }

  End callee() {
    return callee;
  }

  boolean isBetween(Machine one, Machine other) {
    Machine from = caller.process.machine();
    Machine to = callee.process.machine();
    return from == one && to == other || from == other && to == one;
  }

  boolean isOf(Process process) {
    return caller.process == process || callee.process == process;
  }

  /** Whether both ends are closed. */
  boolean isOver() {
    return !caller.open && !callee.open;
  }

  /** The network carries again what it kept back. */
  void flow() {
    caller.out.flow();
    callee.out.flow();
  }

  /** The network ends it: each end hears of it when what came before has arrived. */
  void breakOff() {
    caller.out.breakOff("connection reset");
    callee.out.breakOff("connection reset");
  }

  /** A process was killed: its system closes its end. */
  void killed(Process process) {
    End end = caller.process == process ? caller : callee;
    end.open = false;
    end.out.breakOff("closed by the other end");
  }

  /** A machine was switched off: what its system had not sent is gone, and nobody is told. */
  void switchedOff(Process process) {
    End end = caller.process == process ? caller : callee;
    end.open = false;
    if (fabric.isToBeLost()) {
      end.out.cut();
    }
  }

  /** One end, and its process's view of the whole. */
  final class End implements Channel, Pipe.Receiver {
    private final Process process;
    private final ChannelListener listener;
    private final InetSocketAddress remoteAddress;
    private final Pipe out;
    private final Pipe in;
    private Object attachment;
    private long takenBytes;
    private long arrivedNanos = scheduler.nowNanos();
    private boolean open = true;

    End(
        Process process,
        ChannelListener listener,
        InetSocketAddress remoteAddress,
        Pipe out,
        Pipe in) {
      this.process = process;
      this.listener = listener;
      this.remoteAddress = remoteAddress;
      this.out = out;
      this.in = in;
    }

    /** Tells the process that the connection is there. */
    void tellOpened() {
      process.happens(
          () -> {
            if (open) {
              listener.opened(this);
            }
          });
    }

    @Override
    public void arrived(byte[] message) {
      if (!open) {
        reset();
        return;
      }
      arrivedNanos = scheduler.nowNanos();
      fabric.arrived(in.from(), in.to(), message);
      process.happens(
          () -> {
            if (open) {
              listener.received(this, message, 0, message.length);
            }
          });
    }

    private void reset() {
      if (!process.machine().isOff() && fabric.resets()) {
        out.breakOff("connection reset");
      }
    }

    @Override
    public void ended(String reason) {
      process.happens(
          () -> {
            if (open) {
              close(reason);
            }
          });
    }

    @Override
    public InetSocketAddress remoteAddress() {
      return remoteAddress;
    }

    @Override
    public Object attachment() {
      return attachment;
    }

    @Override
    public void attach(Object newAttachment) {
      attachment = newAttachment;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void send(byte[] message, int offset, int length) {
      if (open) {
        takenBytes += length;
        fabric.send(Arrays.copyOfRange(message, offset, offset + length), out, in);
      }
    }

    @Override
    public long silentNanos() {
      return scheduler.nowNanos() - arrivedNanos;
    }

    @Override
    public int queuedBytes() {
      return 0;
    }

    @Override
    public long takenBytes() {
      return takenBytes;
    }

    @Override
    public void close(String reason) {
      if (open) {
        open = false;
        out.end("closed by the other end");
        listener.closed(this, reason);
      }
    }
  }
}
