/* The command line of keywheel.fcgi. */
#include "main/fcgi_options.h"

#include <errno.h>
#include <getopt.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/version.h"
#include "main/prefork.h"
#include "main/stand_in.h"

static const char usage[] =
    "usage: keywheel.fcgi [--conf FILE] [--listen SOCKET|-] [--responders N]\n"
    "                     [--socket-group GROUP] [--socket-mode MODE]\n"
    "                     [--pid-file FILE] [--finish SECONDS]\n"
    "                     [--shared FOLDER] [--check] [--help] [--version]\n"
    "\n"
    "Without --listen it serves the FastCGI socket that a web server gives\n"
    "it as standard input. With --listen it makes the Unix socket, or takes\n"
    "standard input (-) or the socket that systemd gives it, and forks\n"
    "responders over it: N of them, or 4 to 64 by need. Started as a CGI\n"
    "program it serves one request. With --shared all it needs is below a\n"
    "folder, as on a shared host. See keywheel.fcgi(8).\n";

static bool
read_group(const char *name, gid_t *gid)
{
	const struct group *group = getgrnam(name);
	if (group == NULL) {
		fprintf(stderr, "keywheel.fcgi: there is no group %s\n", name);
		return false;
	}
	*gid = group->gr_gid;
	return true;
}

/* Octal, as for chmod. */
static bool
read_mode(const char *text, mode_t *mode)
{
	char *end;
	unsigned long n = strtoul(text, &end, 8);
	*mode = (mode_t)n;
	return end != text && *end == '\0' && n > 0 && n <= 0777;
}

static bool
take(struct fcgi_options *o, int c, const char *value)
{
	int64_t n;
	switch (c) {
	case 'c':
		o->conf = value;
		return true;
	case 'l':
		o->listen = value;
		return true;
	case 'p':
		o->pid_file = value;
		return true;
	case 's':
		o->shared = value;
		return true;
	case 'g':
		return read_group(value, &o->group);
	case 'm':
		return read_mode(value, &o->mode);
	case 'r':
		if (!text_to_int(value, 1, PREFORK_MAX, &n))
			return false;
		o->responders = (int)n;
		return true;
	case 'f':
		if (!text_to_int(value, 1, STAND_IN_MOST, &n))
			return false;
		o->finish_s = (int)n;
		return true;
	case 'k':
		o->check = true;
		return true;
	case 'h':
		fputs(usage, stdout);
		exit(0);
	case 'V':
		puts("keywheel.fcgi " KEYWHEEL_VERSION);
		exit(0);
	default:
		return false;
	}
}

bool
fcgi_options_read(struct fcgi_options *o, int argc, char **argv)
{
	static const struct option known[] = {
	    {"conf", required_argument, NULL, 'c'},
	    {"listen", required_argument, NULL, 'l'},
	    {"socket-group", required_argument, NULL, 'g'},
	    {"socket-mode", required_argument, NULL, 'm'},
	    {"responders", required_argument, NULL, 'r'},
	    {"pid-file", required_argument, NULL, 'p'},
	    {"finish", required_argument, NULL, 'f'},
	    {"shared", required_argument, NULL, 's'},
	    {"check", no_argument, NULL, 'k'},
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'},
	    {NULL, 0, NULL, 0},
	};
	int c;
	bool good = true;
	*o = (struct fcgi_options){.group = (gid_t)-1};
	while (good && (c = getopt_long(argc, argv, "", known, NULL)) != -1)
		good = take(o, c, optarg);
	if (good && optind == argc && (o->shared == NULL || o->listen == NULL))
		return true;
	fputs(usage, stderr);
	return false;
}
