// The two references of the figures in one program, with as little code as possible.
#include <errno.h>
#include <inttypes.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static const char name[] = "reference0";

/// Returns a request about the link, whose only attribute is its name.
static struct nlmsghdr *request(char *buffer, uint16_t type, uint16_t flags, unsigned int sequence) {
    struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
    message->nlmsg_type = type;
    message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    message->nlmsg_seq = sequence;
    mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
    mnl_attr_put_strz(message, IFLA_IFNAME, name);
    return message;
}

static struct nlmsghdr *creation(char *buffer, unsigned int parent, unsigned int sequence) {
    struct nlmsghdr *message = request(buffer, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sequence);
    mnl_attr_put_u32(message, IFLA_LINK, parent);
    struct nlattr *info = mnl_attr_nest_start(message, IFLA_LINKINFO);
    mnl_attr_put_str(message, IFLA_INFO_KIND, "macvlan");
    struct nlattr *data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
    mnl_attr_put_u32(message, IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE);
    mnl_attr_nest_end(message, data);
    mnl_attr_nest_end(message, info);
    return message;
}

/// Sends a request and waits for the kernel's acknowledgement. Returns 0 on success.
static int carry_out(struct mnl_socket *socket, const struct nlmsghdr *message) {
    char answer[8192];
    if (mnl_socket_sendto(socket, message, message->nlmsg_len) < 0) return -1;
    ssize_t length = mnl_socket_recvfrom(socket, answer, sizeof(answer));
    if (length < 0) return -1;
    return mnl_cb_run(answer, (size_t)length, message->nlmsg_seq, mnl_socket_get_portid(socket), NULL, NULL) < 0 ? -1 : 0;
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/// Creates a macvlan link on a parent and deletes it, again and again. Prints the total time in nanoseconds.
static int create_and_delete_links(const char *parent, long count) {
    char buffer[1024];
    unsigned int index = if_nametoindex(parent);
    struct mnl_socket *socket = mnl_socket_open(NETLINK_ROUTE);
    if (index == 0 || socket == NULL || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) {
        perror(parent);
        return 1;
    }
    int64_t start = now();
    for (unsigned int turn = 0; turn < (unsigned long)count; turn++) {
        if (carry_out(socket, creation(buffer, index, 2 * turn + 1)) < 0 ||
            carry_out(socket, request(buffer, RTM_DELLINK, 0, 2 * turn + 2)) < 0) {
            perror(name);
            return 1;
        }
    }
    printf("%" PRId64 "\n", now() - start);
    mnl_socket_close(socket);
    return 0;
}

static const char answer[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.plugins.v1.2+json\r\nContent-Length: 2\r\n\r\n{}";

/// Serves one connection. A read returns a whole request, because the client waits for each answer before it sends
/// the next request.
static void *serve(void *argument) {
    int connection = (int)(intptr_t)argument;
    char request[8192];
    while (read(connection, request, sizeof(request)) > 0) {
        if (send(connection, answer, sizeof(answer) - 1, MSG_NOSIGNAL) < 0) break;
    }
    close(connection);
    return NULL;
}

/// Gives every request on a Unix socket the same answer until the program is killed.
static int answer_always(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(listener, 128) < 0) {
        perror(path);
        return 1;
    }
    for (;;) {
        pthread_t thread;
        int connection = accept(listener, NULL, NULL);
        if (connection < 0 || pthread_create(&thread, NULL, serve, (void *)(intptr_t)connection) != 0) {
            perror(path);
            return 1;
        }
        pthread_detach(thread);
    }
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "links") == 0) return create_and_delete_links(argv[2], strtol(argv[3], NULL, 10));
    if (argc == 3 && strcmp(argv[1], "answers") == 0) return answer_always(argv[2]);
    fprintf(stderr, "usage: %s links PARENT COUNT | answers SOCKET\n", argv[0]);
    return 2;
}
