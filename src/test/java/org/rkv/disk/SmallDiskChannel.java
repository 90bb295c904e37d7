package org.rkv.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file on a disk that has room for so many bytes of it; it can only be written at positions. */
final class SmallDiskChannel extends FileChannel {
  private final FileChannel file;
  private final long room;
  private boolean canTruncate = true;

  SmallDiskChannel(FileChannel file, long room) {
    this.file = file;
    this.room = room;
  }

  /** A part of what has no room is written, as the system does it. */
  @Override
  public int write(ByteBuffer bytes, long position) throws IOException {
    if (position >= room) {
      throw new IOException("No space left on device");
    }
    int length = (int) Math.min(bytes.remaining(), room - position);
    int written = file.write(bytes.slice(bytes.position(), length), position);
    bytes.position(bytes.position() + written);
    return written;
  }

  /** From now on it has no room either to become shorter. */
  void refuseToTruncate() {
    canTruncate = false;
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    if (!canTruncate) {
      throw new IOException("No space left on device");
    }
    file.truncate(size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    file.force(metaData);
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  protected void implCloseChannel() throws IOException {
    file.close();
  }

  @Override
  public int read(ByteBuffer into) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int write(ByteBuffer bytes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long write(ByteBuffer[] bytes, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long position() {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileChannel position(long newPosition) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int read(ByteBuffer into, long position) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }
}
