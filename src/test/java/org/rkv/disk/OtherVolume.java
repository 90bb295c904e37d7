package org.rkv.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Does what another volume does; to be changed in one thing. */
class OtherVolume implements Volume {
  private final Volume volume;

  OtherVolume(Volume volume) {
    this.volume = volume;
  }

  @Override
  public List<String> list() throws IOException {
    return volume.list();
  }

  @Override
  public Output create(String name) throws IOException {
    return volume.create(name);
  }

  @Override
  public Input open(String name) throws IOException {
    return volume.open(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    volume.rename(from, to);
  }

  @Override
  public void remove(String name) throws IOException {
    volume.remove(name);
  }

  @Override
  public void force() throws IOException {
    volume.force();
  }

  @Override
  public void checkPlace() throws IOException {
    volume.checkPlace();
  }

  @Override
  public String place() {
    return volume.place();
  }

  @Override
  public long freeBytes() throws IOException {
    return volume.freeBytes();
  }

  @Override
  public String bootId() {
    return volume.bootId();
  }

  /** Does what another output does. */
  static class OtherOutput implements Output {
    private final Output output;

    OtherOutput(Output output) {
      this.output = output;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      output.write(bytes);
    }

    @Override
    public void force() throws IOException {
      output.force();
    }

    @Override
    public void close() throws IOException {
      output.close();
    }
  }
}
