/*
 * fan_out.c: what a replicated PUT costs a program that does nothing else. Five processes on
 * 127.0.12.1 to .5, each one epoll loop: a client's call to one of them is sent to the four others,
 * 24 bytes longer, as RPUT is; they answer, and when all have, the client is answered with 0. No
 * store, no decoding, no timeouts; calls that arrive together leave together. It serves PORT for
 * clients and PORT + 1 for its peers, registers nowhere, and ends with SIGTERM.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { REPLICAS = 5, PEERS = REPLICAS - 1 };
enum { STAMP_BYTES = 24, REPLY_BYTES = 32, BUFFER_BYTES = 65536, MAX_READY = 256 };
enum { SLOTS = 4096, MAX_TOUCHED = 1024, CONNECT_TRIES = 5000 };

enum kind { CLIENT_LISTENER, PEER_LISTENER, CLIENT, PEER, LINK };

struct connection {
    enum kind kind;
    int fd;
    int held;
    int queued;
    int touched;
    unsigned char input[BUFFER_BYTES];
    unsigned char output[BUFFER_BYTES];
};

static int epoll;
static struct connection *links[PEERS];
static struct connection *touched[MAX_TOUCHED];
static int touched_count;

/* Calls under way, by the xid that the peers see. A client has one at a time. */
static struct {
    struct connection *client;
    uint32_t xid;
    int left;
} calls[SLOTS];
static uint32_t next_call;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static struct sockaddr_in address(int replica, int port)
{
    struct sockaddr_in it = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };

    it.sin_addr.s_addr = htonl(0x7f000c01u + (uint32_t)replica);
    return it;
}

static struct connection *add(int fd, enum kind kind)
{
    struct connection *it = calloc(1, sizeof *it);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = it };

    if (it == NULL)
        fail("calloc");
    it->fd = fd;
    it->kind = kind;
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        fail("epoll_ctl");
    return it;
}

static void no_delay(int fd)
{
    int on = 1;

    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0)
        fail("TCP_NODELAY");
}

static void listen_at(int replica, int port, enum kind kind)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;
    struct sockaddr_in at = address(replica, port);

    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0
        || bind(fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(fd, 128) < 0)
        fail("listen");
    add(fd, kind);
}

/* The peers start at the same time, so the first attempts may be too early. */
static int connect_to(int replica, int port)
{
    struct sockaddr_in at = address(replica, port);
    struct timespec pause = { 0, 1000000 };

    for (int tries = 0; tries < CONNECT_TRIES; tries++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);

        if (fd < 0)
            fail("socket");
        if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0) {
            no_delay(fd);
            return fd;
        }
        close(fd);
        nanosleep(&pause, NULL);
    }
    fail("connect");
    return -1;
}

static unsigned char *queue(struct connection *to, int bytes)
{
    unsigned char *at = to->output + to->queued;

    if (to->queued + bytes > BUFFER_BYTES || touched_count == MAX_TOUCHED) {
        fprintf(stderr, "fan_out: too much at a time\n");
        exit(1);
    }
    memset(at, 0, (size_t)bytes);
    to->queued += bytes;
    if (!to->touched) {
        to->touched = 1;
        touched[touched_count++] = to;
    }
    return at;
}

static void put_int(unsigned char *at, uint32_t value)
{
    value = htonl(value);
    memcpy(at, &value, sizeof value);
}

static uint32_t get_int(const unsigned char *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof value);
    return ntohl(value);
}

/* Accepted, successful, and the int 0. */
static void reply(struct connection *to, uint32_t xid)
{
    unsigned char *at = queue(to, REPLY_BYTES);

    put_int(at, 0x80000000u | (REPLY_BYTES - 4));
    put_int(at + 4, xid);
    put_int(at + 8, 1);
}

static void call_peers(struct connection *client, const unsigned char *record, int bytes)
{
    uint32_t number = next_call++ % SLOTS;

    calls[number].client = client;
    calls[number].xid = get_int(record + 4);
    calls[number].left = PEERS;
    for (int i = 0; i < PEERS; i++) {
        unsigned char *at = queue(links[i], bytes + STAMP_BYTES);

        memcpy(at, record, (size_t)bytes);
        put_int(at, 0x80000000u | (uint32_t)(bytes + STAMP_BYTES - 4));
        put_int(at + 4, number);
    }
}

static void received(struct connection *from, const unsigned char *record, int bytes)
{
    uint32_t xid = get_int(record + 4);

    if (from->kind == CLIENT)
        call_peers(from, record, bytes);
    else if (from->kind == PEER)
        reply(from, xid);
    else if (--calls[xid % SLOTS].left == 0)
        reply(calls[xid % SLOTS].client, calls[xid % SLOTS].xid);
}

static void read_from(struct connection *from)
{
    ssize_t count = read(from->fd, from->input + from->held, (size_t)(BUFFER_BYTES - from->held));
    int at = 0;

    if (count <= 0) {
        close(from->fd); /* its memory stays: a process lives for one measurement */
        from->fd = -1;
        return;
    }
    from->held += (int)count;
    while (from->held - at >= 8) {
        int bytes = (int)(get_int(from->input + at) & 0x7fffffffu) + 4;

        if (from->held - at < bytes)
            break;
        received(from, from->input + at, bytes);
        at += bytes;
    }
    from->held -= at;
    memmove(from->input, from->input + at, (size_t)from->held);
}

static void ready(struct connection *it)
{
    int fd;

    if (it->kind != CLIENT_LISTENER && it->kind != PEER_LISTENER) {
        read_from(it);
    } else if ((fd = accept(it->fd, NULL, NULL)) >= 0) {
        no_delay(fd);
        add(fd, it->kind == CLIENT_LISTENER ? CLIENT : PEER);
    }
}

static void write_touched(void)
{
    for (int i = 0; i < touched_count; i++) {
        struct connection *to = touched[i];

        if (to->fd >= 0 && write(to->fd, to->output, (size_t)to->queued) < to->queued
            && errno != EPIPE && errno != ECONNRESET)
            fail("write");
        to->queued = 0;
        to->touched = 0;
    }
    touched_count = 0;
}

static void serve(int self, int port)
{
    struct epoll_event events[MAX_READY];

    epoll = epoll_create1(0);
    listen_at(self, port + 1, PEER_LISTENER);
    for (int i = 0, link = 0; i < REPLICAS; i++)
        if (i != self)
            links[link++] = add(connect_to(i, port + 1), LINK);
    listen_at(self, port, CLIENT_LISTENER); /* last: who can connect to it finds it complete */
    for (;;) {
        int count = epoll_wait(epoll, events, MAX_READY, -1);

        for (int i = 0; i < count; i++)
            ready(events[i].data.ptr);
        write_touched();
    }
}

int main(int argc, char **argv)
{
    pid_t replicas[REPLICAS];
    sigset_t end;
    int received_signal;

    if (argc != 2) {
        fprintf(stderr, "usage: fan_out PORT\n");
        return 2;
    }
    sigemptyset(&end);
    sigaddset(&end, SIGTERM);
    sigaddset(&end, SIGINT);
    sigaddset(&end, SIGCHLD);
    sigprocmask(SIG_BLOCK, &end, NULL);
    for (int i = 0; i < REPLICAS; i++) {
        replicas[i] = fork();
        if (replicas[i] < 0)
            fail("fork");
        if (replicas[i] == 0) {
            sigprocmask(SIG_UNBLOCK, &end, NULL);
            signal(SIGPIPE, SIG_IGN);
            serve(i, atoi(argv[1]));
        }
    }
    sigwait(&end, &received_signal); /* the end is asked for, or one of them has failed */
    for (int i = 0; i < REPLICAS; i++)
        kill(replicas[i], SIGTERM);
    while (wait(NULL) > 0)
        ;
    return received_signal == SIGCHLD;
}
