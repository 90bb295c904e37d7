/*
 * local_server.c: a server as rpcgen and libtirpc make it, for comparison: NULL, PUT and GET of our
 * program on an array, as in the C system, without replicas. It serves the TCP port given, and
 * registers nowhere.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "kv.h"

static struct {
    char key[MAX_LENGTH];
    char value[MAX_LENGTH];
} entries[KVSTORE_CAPACITY];
static int used;

static int find(const char *key)
{
    for (int i = 0; i < used; i++)
        if (strcmp(entries[i].key, key) == 0)
            return i;
    return -1;
}

static int put(const KeyValue *pair)
{
    int at = find(pair->key);
    int code = at < 0 ? PUT_OK : PUT_DUPLICATE_KEY_VALUE_RESET;

    if (strlen(pair->key) >= MAX_LENGTH - 1)
        return PUT_KEY_IS_TOO_LARGE;
    if (strlen(pair->value) >= MAX_LENGTH - 1)
        return PUT_VALUE_IS_TOO_LARGE;
    if (at < 0) {
        if (used == KVSTORE_CAPACITY)
            return PUT_KVSTORE_OUT_OF_CAPACITY;
        at = used++;
        strcpy(entries[at].key, pair->key);
    }
    strcpy(entries[at].value, pair->value);
    return code;
}

static GetReply get(const char *key)
{
    static char nothing[] = "";
    int at = find(key);
    GetReply reply = {.code = GET_OK};

    if (at < 0) {
        reply.code = used == 0 ? GET_KVSTORE_IS_EMPTY : GET_KEY_NOT_FOUND;
        reply.value = nothing;
    } else {
        reply.value = entries[at].value;
    }
    return reply;
}

static void serve_put(SVCXPRT *transport)
{
    KeyValue pair = {0};
    int code;

    if (!svc_getargs(transport, (xdrproc_t)(void (*)(void))xdr_KeyValue, (char *)&pair)) {
        svcerr_decode(transport);
        return;
    }
    code = put(&pair);
    (void)svc_sendreply(transport, (xdrproc_t)(void (*)(void))xdr_int, (char *)&code);
    (void)svc_freeargs(transport, (xdrproc_t)(void (*)(void))xdr_KeyValue, (char *)&pair);
}

static void serve_get(SVCXPRT *transport)
{
    char *key = NULL;
    GetReply reply;

    if (!svc_getargs(transport, (xdrproc_t)(void (*)(void))xdr_wrapstring, (char *)&key)) {
        svcerr_decode(transport);
        return;
    }
    reply = get(key);
    (void)svc_sendreply(transport, (xdrproc_t)(void (*)(void))xdr_GetReply, (char *)&reply);
    (void)svc_freeargs(transport, (xdrproc_t)(void (*)(void))xdr_wrapstring, (char *)&key);
}

static void dispatch(struct svc_req *request, SVCXPRT *transport)
{
    switch (request->rq_proc) {
    case NULLPROC:
        (void)svc_sendreply(transport, (xdrproc_t)(void (*)(void))xdr_void, NULL);
        break;
    case PUT:
        serve_put(transport);
        break;
    case GET:
        serve_get(transport);
        break;
    default:
        svcerr_noproc(transport);
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    int one = 1;
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    SVCXPRT *transport;

    if (argc != 2) {
        fprintf(stderr, "usage: %s PORT\n", argv[0]);
        return 1;
    }
    address.sin_port = htons((unsigned short)atoi(argv[1]));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    /* Inherited by the connections that are accepted. */
    setsockopt(listening, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listening, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listening, 128) != 0) {
        perror("cannot listen");
        return 1;
    }
    transport = svctcp_create(listening, 0, 0);
    if (transport == NULL || !svc_register(transport, KVPROGRAM, KVVERSION, dispatch, 0)) {
        fprintf(stderr, "cannot serve\n");
        return 1;
    }
    svc_run();
    return 1;
}
