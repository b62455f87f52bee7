// The two programs that the figures are ratios against, in one: as little as can be, in C.
#pragma once

/// Makes a macvlan on a parent and deletes it, one after another; prints the nanoseconds that all of it took.
int make_and_delete_links(const char *parent, long count);

/// Gives every request on a Unix socket the same answer, whatever it asks, until it is killed.
int answer_always(const char *path);
