package org.rkv.replica.peer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.rkv.net.AddressLiteral;

/**
 * The entry of a peer in our list: where it is called, what it calls itself, and whether it has
 * served since it was listed. Belongs to the replica's thread.
 */
final class PeerEntry {
  private ReplicaAddress address;
  private InetSocketAddress lastAddress;
  private String givenName = "";
  private String lastingName = "";
  private boolean member;

  /** As the replica file has it: nothing was heard yet. */
  PeerEntry(ReplicaAddress address) {
    this.address = address;
  }

  /** Where it is called. */
  ReplicaAddress address() {
    return address;
  }

  /** The same entry as before, spelled or resolved in another way. */
  void setAddress(ReplicaAddress newAddress) {
    address = newAddress;
  }

  /** The host has these addresses now. */
  void resolved(List<InetAddress> addresses) {
    address = address.resolvedTo(addresses);
  }

  /** The last address that a connection to it went to, or null. */
  InetSocketAddress lastAddress() {
    return lastAddress;
  }

  /** A connection to it goes to this address. */
  void connected(InetSocketAddress remoteAddress) {
    lastAddress = remoteAddress;
  }

  /** As others are told of it. */
  Listing listing() {
    List<String> addresses = new ArrayList<>();
    address.addresses().forEach(each -> addresses.add(AddressLiteral.text(each)));
    if (lastAddress != null && !address.addresses().contains(lastAddress.getAddress())) {
      addresses.add(AddressLiteral.text(lastAddress.getAddress()));
    }
    return new Listing(address.text(), addresses, givenName, member);
  }

  /** What it calls itself, so far as was heard; else empty. */
  String givenName() {
    return givenName;
  }

  /**
   * Who answers at the connection that there is calls itself so. It may be another one, where the
   * name service is wrong, so this counts only as long as that connection unless it {@link
   * #lastsFromNowOn}.
   */
  void setGivenName(String name) {
    givenName = name;
  }

  /** One that we admit has heard that it calls itself so. */
  void learnGivenName(String name) {
    givenName = name;
    lastingName = name;
  }

  /** Who calls itself so is admitted: it goes on being called so when the connection has ended. */
  void lastsFromNowOn() {
    lastingName = givenName;
  }

  /**
   * The connection has ended.
   *
   * @return whether it is called otherwise now, since who answered there was never admitted
   */
  boolean forgetWhoWasNotAdmitted() {
    boolean changes = !givenName.equals(lastingName);
    givenName = lastingName;
    return changes;
  }

  /** Whether this is the entry, in its one form. */
  boolean hasText(String text) {
    return text.equals(address.text());
  }

  /** Whether it is known by this name, in the file or by what it calls itself. */
  boolean isCalled(String name) {
    return hasText(name) || name.equals(givenName);
  }

  /** The same, and no end of a connection changes that. */
  boolean isCalledForGood(String name) {
    return hasText(name) || name.equals(lastingName);
  }

  /** Where it was last reached, as one that has no other name is called. */
  String addressAndPort() {
    return ReplicaAddress.text(AddressLiteral.text(lastAddress.getAddress()), address.port());
  }

  /** Whether a call from this address may be from it, where no secret tells. */
  boolean mayCallFrom(InetAddress host) {
    return address.addresses().contains(host)
        || lastAddress != null && lastAddress.getAddress().equals(host);
  }

  /** It has served since it was listed: so it says, or one that serves. */
  void setMember() {
    member = true;
  }
}
