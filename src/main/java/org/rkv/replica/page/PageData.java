package org.rkv.replica.page;

import static org.rkv.replica.metrics.TextBytes.utf8;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.rkv.replica.metrics.LastMinutes;
import org.rkv.replica.metrics.Sample;
import org.rkv.replica.observe.Announced;
import org.rkv.replica.observe.Request;
import org.rkv.rpc.PeerStatus;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;

/**
 * What the page shows, as JSON: made for that page, so what is in it may be otherwise in the next
 * release. Belongs to the thread of the HTTP server.
 */
public final class PageData {
  /** So many seconds come each time: the page asks for all only if it has missed more. */
  private static final int LATEST_SECONDS = 5;

  private static final Gson GSON = new Gson();

  private final LastMinutes lastMinutes;
  private final LatestEvents events;

  /** Of one replica. */
  public PageData(LastMinutes lastMinutes, LatestEvents events) {
    this.lastMinutes = lastMinutes;
    this.events = events;
  }

  /**
   * How the cluster is.
   *
   * @param ageMillis of the sample
   */
  public byte[] now(Sample sample, Condition condition, long ageMillis) {
    JsonObject now = new JsonObject();
    now.addProperty("condition", condition.word());
    now.addProperty("ready", condition.isReady());
    now.addProperty("text", condition.text());
    now.addProperty("obstacle", utf8(sample.obstacle()));
    now.addProperty("ageMillis", ageMillis);
    Status status = sample.status();
    now.add("self", status == null ? JsonNull.INSTANCE : self(sample));
    now.add("replicas", status == null ? new JsonArray() : replicas(sample));
    now.add("links", status == null ? new JsonArray() : links(sample));
    now.add("failures", failures(sample));
    now.add("events", events());
    now.add("seconds", seconds(LATEST_SECONDS));
    return bytes(now);
  }

  /** The last ten minutes. */
  public byte[] history() {
    return bytes(seconds(LastMinutes.SECONDS));
  }

  private static JsonObject self(Sample sample) {
    Status status = sample.status();
    JsonObject self = new JsonObject();
    self.addProperty("name", utf8(status.name));
    self.addProperty("process", status.pid + "-" + status.start_ticks);
    self.addProperty("release", utf8(status.release));
    self.addProperty("uptimeMillis", status.uptime_millis);
    self.addProperty("heldBytes", status.held_bytes);
    self.addProperty("maxBytes", status.max_bytes);
    self.addProperty("connections", status.connections);
    self.addProperty("clockLeadMillis", status.clock_lead_millis);
    self.addProperty("directory", utf8(status.data.directory));
    self.addProperty("unforcedMillis", status.data.unforced_millis);
    self.addProperty("caughtUp", sample.progress().caughtUp());
    self.addProperty(
        "oldestUnsettledMillis",
        TimeUnit.NANOSECONDS.toMillis(sample.progress().oldestUnsettledNanos()));
    return self;
  }

  /** Ourselves first, then the others in the order of STATUS. */
  private static JsonArray replicas(Sample sample) {
    Status status = sample.status();
    JsonArray replicas = new JsonArray();
    replicas.add(replica(utf8(status.name), "", state(status.state, status), status));
    for (int i = 0; i < status.peers.length; i++) {
      PeerStatus peer = status.peers[i];
      Status told = sample.others()[i];
      String state = peer.reachable ? state(peer.state, told) : "away";
      replicas.add(replica(utf8(peer.name), utf8(peer.trouble), state, told));
    }
    return replicas;
  }

  private static JsonObject replica(String name, String trouble, String state, Status told) {
    JsonObject replica = new JsonObject();
    replica.addProperty("name", name);
    replica.addProperty("trouble", trouble);
    replica.addProperty("state", state);
    if (told != null) {
      replica.addProperty("waitingFor", utf8(told.waiting_for));
      replica.addProperty("entries", told.entries);
      replica.addProperty("capacity", told.capacity);
      replica.addProperty("unsettled", told.unsettled);
      replica.addProperty("diskFull", told.data.full);
    }
    return replica;
  }

  /**
   * In one word.
   *
   * @param state that it announced, which is heard at once
   * @param told what else it said, which is asked for; or null
   */
  private static String state(int state, Status told) {
    if (state != kv.REPLICA_SERVING) {
      return "catching-up";
    }
    return told == null || told.waiting_for.isEmpty() ? "serving" : "not-answering";
  }

  /** A row of each replica that has said whom it sees; null for one that has not. */
  private static JsonArray links(Sample sample) {
    Status status = sample.status();
    String[] names = new String[status.peers.length + 1];
    names[0] = status.name;
    for (int i = 0; i < status.peers.length; i++) {
      names[i + 1] = status.peers[i].name;
    }
    JsonArray rows = new JsonArray();
    rows.add(row(status, names));
    for (Status other : sample.others()) {
      rows.add(other == null ? JsonNull.INSTANCE : row(other, names));
    }
    return rows;
  }

  /** Null where it is itself, or knows no replica of that name. */
  private static JsonElement row(Status of, String... names) {
    JsonArray row = new JsonArray();
    for (String name : names) {
      JsonElement link = JsonNull.INSTANCE;
      for (PeerStatus peer : of.peers) {
        if (peer.name.equals(name)) {
          link = link(peer);
        }
      }
      row.add(link);
    }
    return row;
  }

  private static JsonObject link(PeerStatus peer) {
    JsonObject link = new JsonObject();
    link.addProperty("reachable", peer.reachable);
    link.addProperty("micros", peer.round_trip_micros);
    link.addProperty("trouble", utf8(peer.trouble));
    return link;
  }

  private static JsonArray failures(Sample sample) {
    JsonArray failures = new JsonArray();
    for (Announced announced : sample.announced()) {
      JsonObject failure = new JsonObject();
      failure.addProperty("request", announced.request().name());
      failure.addProperty("count", announced.count());
      failure.addProperty(
          "millis", TimeUnit.NANOSECONDS.toMillis(sample.takenNanos() - announced.lastNanos()));
      failure.addProperty("text", utf8(announced.why().text()));
      failures.add(failure);
    }
    return failures;
  }

  private JsonArray events() {
    JsonArray array = new JsonArray();
    for (LatestEvents.Event event : events.events()) {
      JsonObject one = new JsonObject();
      one.addProperty("at", event.at().toString());
      one.addProperty("level", event.level());
      one.addProperty("text", event.text());
      array.add(one);
    }
    return array;
  }

  private JsonObject seconds(int most) {
    JsonObject seconds = new JsonObject();
    seconds.addProperty("count", lastMinutes.count());
    for (Request request : Request.values()) {
      seconds.add(request.name(), GSON.toJsonTree(lastMinutes.last(request, most)));
    }
    return seconds;
  }

  private static byte[] bytes(JsonElement json) {
    return (GSON.toJson(json) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
