/* Registers a server of our program over TCP and UDP as svc_register of libtirpc does it, through
   rpcbind's local socket and so as the user who calls this, and ends without taking it away. */
#include <netinet/in.h>
#include <rpc/pmap_clnt.h>
#include <rpc/rpc.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  unsigned short port = (unsigned short)(argc > 1 ? atoi(argv[1]) : 0);
  return pmap_set(123456, 1, IPPROTO_TCP, port) && pmap_set(123456, 1, IPPROTO_UDP, port) ? 0 : 1;
}
