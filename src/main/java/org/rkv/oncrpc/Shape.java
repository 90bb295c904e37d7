package org.rkv.oncrpc;

/**
 * What an XDR value looks like, so far as its lengths go. A generated decoder allocates what a
 * length field declares; walking the shape first proves that every declared length is really there,
 * at the cost of one pass over the length fields. Immutable, thread-safe.
 */
@FunctionalInterface
public interface Shape {
  /** No bytes at all. */
  Shape VOID = in -> true;

  /** An int, an unsigned int, an enum or a bool. */
  Shape INT = in -> in.skipOpaque(4);

  /** A hyper. */
  Shape HYPER = in -> in.skipOpaque(8);

  /** A string or variable-length opaque: its length must not exceed what is left of the message. */
  Shape STRING = in -> in.remaining() >= 4 && in.skipOpaque(in.nextInt());

  /**
   * The same of so many bytes at most: a longer one is not decoded, and nobody holds it.
   *
   * @param leastBytes fewer are refused as well
   */
  static Shape string(int leastBytes, int mostBytes) {
    return in -> {
      if (in.remaining() < 4) {
        return false;
      }
      int length = in.nextInt();
      return length >= leastBytes && length <= mostBytes && in.skipOpaque(length);
    };
  }

  /**
   * Moves over one value.
   *
   * @return false if the value is not wholly there or declares an impossible length
   */
  boolean walk(XdrInput in);

  /** The members of a struct, one after the other. */
  static Shape struct(Shape... members) {
    return in -> {
      for (Shape member : members) {
        if (!member.walk(in)) {
          return false;
        }
      }
      return true;
    };
  }

  /**
   * A variable-length array.
   *
   * @param elementBytes the fewest bytes that an element takes: a count that could not fit in what
   *     is left is refused before the first element is looked at
   */
  static Shape list(int elementBytes, Shape element) {
    return in -> {
      if (in.remaining() < 4) {
        return false;
      }
      int count = in.nextInt();
      if (count < 0 || count > in.remaining() / elementBytes) {
        return false;
      }
      for (int i = 0; i < count; i++) {
        if (!element.walk(in)) {
          return false;
        }
      }
      return true;
    };
  }

  /**
   * A union of one arm: any other discriminant has nothing after it.
   *
   * @param discriminant of the arm
   */
  static Shape union(int discriminant, Shape arm) {
    return in -> in.remaining() >= 4 && (in.nextInt() != discriminant || arm.walk(in));
  }

  /** Whether a whole value stands at the stream's position, which stays where it is. */
  default boolean fits(XdrInput in) {
    int start = in.position();
    boolean fits = walk(in);
    in.setPosition(start);
    return fits;
  }
}
