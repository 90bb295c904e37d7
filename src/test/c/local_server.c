/*
 * null_server.c: the smallest server that rpcgen and libtirpc make, for comparison: it answers
 * procedure NULL of our program on the TCP port given, and registers nowhere.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "kv.h"

static void dispatch(struct svc_req *request, SVCXPRT *transport)
{
    if (request->rq_proc == NULLPROC)
        (void)svc_sendreply(transport, (xdrproc_t)(void (*)(void))xdr_void, NULL);
    else
        svcerr_noproc(transport);
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
