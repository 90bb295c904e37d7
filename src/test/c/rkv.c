/*
 * rkv.c: the command-line client as an installation of the C system has it.
 *
 * It is plain rpcgen and libtirpc. The tests build it twice, from today's kv.x and from old/kv.x,
 * and expect the same from both: a replica must not be able to tell which one calls.
 */
#include <stdio.h>
#include <string.h>

#include "kv.h"

/* The tests also build it for UDP, and less patient there: what is lost is sent again sooner. */
#ifndef TRANSPORT
#define TRANSPORT "tcp"
#endif

static const char *const put_text[] = {
    [PUT_OK] = "succeeded",
    [PUT_FAILED] = "failed",
    [PUT_KEY_IS_NULL] = "key is null",
    [PUT_KEY_IS_TOO_LARGE] = "key is too large",
    [PUT_VALUE_IS_NULL] = "value is null",
    [PUT_VALUE_IS_TOO_LARGE] = "value is too large",
    [PUT_KVPAIR_IS_NULL] = "key value pair is null",
    [PUT_DUPLICATE_KEY_VALUE_RESET] = "key is not unique; value is reset",
    [PUT_KVSTORE_OUT_OF_CAPACITY] = "key value store is out of capacity",
};

static const char *const get_text[] = {
    [GET_OK] = "succeeded",
    [GET_FAILED] = "failed",
    [GET_KEY_IS_NULL] = "key is null",
    [GET_KEY_IS_TOO_LARGE] = "key is too large",
    [GET_KEY_NOT_FOUND] = "key is not found",
    [GET_KVSTORE_IS_EMPTY] = "key value store is empty",
};

static const char *const del_text[] = {
    [DEL_OK] = "succeeded",
    [DEL_FAILED] = "failed",
    [DEL_KEY_IS_NULL] = "key is null",
    [DEL_KEY_IS_TOO_LARGE] = "key is too large",
    [DEL_KEY_NOT_FOUND] = "key is not found",
    [DEL_KVSTORE_IS_EMPTY] = "key value store is empty",
};

static int put(CLIENT *replica, char *key, char *value)
{
    KeyValue kv = {.key = key, .value = value};
    int *code = put_1(&kv, replica);

    if (code == NULL) {
        clnt_perror(replica, "PUT: rpc error");
        return 1;
    }
    printf("PUT: server response: %s (%d)\n", put_text[*code], *code);
    return 0;
}

static int get(CLIENT *replica, char *key)
{
    GetReply *reply = get_1(&key, replica);

    if (reply == NULL) {
        clnt_perror(replica, "GET: rpc error");
        return 1;
    }
    printf("GET: server response: %s (%d)", get_text[reply->code], reply->code);
    if (reply->code == GET_OK)
        printf("; value=\"%s\"", reply->value);
    printf("\n");
    return 0;
}

static int del(CLIENT *replica, char *key)
{
    int *code = del_1(&key, replica);

    if (code == NULL) {
        clnt_perror(replica, "DEL: rpc error");
        return 1;
    }
    printf("DEL: server response: %s (%d)\n", del_text[*code], *code);
    return 0;
}

static int usage(const char *name, const char *arguments)
{
    fprintf(stderr, "usage: %s host %s\n", name, arguments);
    return 1;
}

int main(int argc, char *argv[])
{
    static const char general[] = "(PUT|GET|DEL) key [value]";
    const char *command;
    CLIENT *replica;
    int status;

    if (argc < 4 || argc > 5)
        return usage(argv[0], general);
    command = argv[2];
    if (strcmp(command, "PUT") == 0) {
        if (argc != 5)
            return usage(argv[0], "PUT key value");
    } else if (strcmp(command, "GET") == 0) {
        if (argc != 4)
            return usage(argv[0], "GET key");
    } else if (strcmp(command, "DEL") == 0) {
        if (argc != 4)
            return usage(argv[0], "DEL key");
    } else {
        fprintf(stderr, "bad command\n");
        return usage(argv[0], general);
    }

    replica = clnt_create(argv[1], KVPROGRAM, KVVERSION, TRANSPORT);
    if (replica == NULL) {
        printf("client create failed\n");
        clnt_pcreateerror(argv[1]);
        return 1;
    }
#ifdef RETRY_MILLIS
    {
        struct timeval retry = {.tv_sec = 0, .tv_usec = RETRY_MILLIS * 1000};

        clnt_control(replica, CLSET_RETRY_TIMEOUT, (char *)&retry);
    }
#endif
    if (command[0] == 'P')
        status = put(replica, argv[3], argv[4]);
    else if (command[0] == 'G')
        status = get(replica, argv[3]);
    else
        status = del(replica, argv[3]);
    clnt_destroy(replica);
    return status;
}
