package org.rkv.oncrpc;

import java.util.List;
import java.util.function.Supplier;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.acplt.oncrpc.XdrString;
import org.acplt.oncrpc.XdrVoid;
import org.rkv.rpc.Admission;
import org.rkv.rpc.Ask;
import org.rkv.rpc.Contents;
import org.rkv.rpc.Copy;
import org.rkv.rpc.Cursor;
import org.rkv.rpc.Del;
import org.rkv.rpc.Digests;
import org.rkv.rpc.DigestsAsked;
import org.rkv.rpc.FailedCall;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.Hello;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.ListPage;
import org.rkv.rpc.ListRange;
import org.rkv.rpc.Page;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.Put;
import org.rkv.rpc.Reason;
import org.rkv.rpc.ReplicaList;
import org.rkv.rpc.SectionsAsked;
import org.rkv.rpc.SectionsPage;
import org.rkv.rpc.Settled;
import org.rkv.rpc.Status;
import org.rkv.rpc.TakenOut;

/** What the generated stubs decode, by procedure of kv.x. */
final class KvTypes {
  /** The arguments that the server stub decodes. */
  static final List<Supplier<XdrAble>> ARGUMENTS =
      List.of(
          () -> XdrVoid.XDR_VOID,
          KeyValue::new,
          XdrString::new,
          XdrString::new,
          Put::new,
          Ask::new,
          Del::new,
          () -> XdrVoid.XDR_VOID,
          Hello::new,
          Particulars::new,
          Settled::new,
          Cursor::new,
          () -> XdrVoid.XDR_VOID,
          () -> XdrVoid.XDR_VOID,
          TakenOut::new,
          ListRange::new,
          DigestsAsked::new,
          SectionsAsked::new,
          FailedCall::new);

  /** The results that the client stub decodes. */
  static final List<Supplier<XdrAble>> RESULTS =
      List.of(
          () -> XdrVoid.XDR_VOID,
          XdrInt::new,
          GetReply::new,
          XdrInt::new,
          XdrInt::new,
          Copy::new,
          XdrInt::new,
          ReplicaList::new,
          Hello::new,
          Admission::new,
          XdrInt::new,
          Page::new,
          Status::new,
          Contents::new,
          XdrInt::new,
          ListPage::new,
          Digests::new,
          SectionsPage::new,
          Reason::new);

  private KvTypes() {}
}
