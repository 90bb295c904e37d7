package org.rkv.oncrpc;

import java.util.ArrayList;
import java.util.List;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;

/** Takes answers of one int, and writes down what came from whom. */
final class AnswerLines implements ReplyCollector {
  final List<String> lines = new ArrayList<>();

  @Override
  public void answered(int index, XdrAble result) {
    lines.add(index + ": " + ((XdrInt) result).intValue());
  }

  @Override
  public void failed(int index, String reason) {
    lines.add(index + ": " + reason);
  }
}
