#include <errno.h>
#include <inttypes.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <time.h>

#include "reference.h"

static const char name[] = "reference0";

/// A request about the one link, without attributes besides its name.
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

/// Sends a request and waits for the kernel's acknowledgement; 0 when it is carried out.
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

int make_and_delete_links(const char *parent, long count) {
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
