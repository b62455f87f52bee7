#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference.h"

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "links") == 0) return make_and_delete_links(argv[2], strtol(argv[3], NULL, 10));
    if (argc == 3 && strcmp(argv[1], "answers") == 0) return answer_always(argv[2]);
    fprintf(stderr, "usage: %s links PARENT COUNT | answers SOCKET\n", argv[0]);
    return 2;
}
