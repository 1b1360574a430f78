/* The command line of keywheel.fcgi. */
#ifndef KEYWHEEL_MAIN_FCGI_OPTIONS_H
#define KEYWHEEL_MAIN_FCGI_OPTIONS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attr.h"

struct fcgi_options {
	const char *conf, *listen, *pid_file;
	const char *shared; /* a folder (main/shared.h); NULL: none */
	gid_t group;        /* of the socket; (gid_t)-1: this process's */
	mode_t mode;        /* … 0: by default */
	int responders;     /* 0: by need */
	int finish_s;       /* 0: nobody stands in */
	bool check;         /* only try whether it would start */
};

/* --help and --version are done here. False if the usage is wrong, which
 * has been said. */
MUSTCHECK bool fcgi_options_read(struct fcgi_options *o, int argc, char **argv);

#endif
