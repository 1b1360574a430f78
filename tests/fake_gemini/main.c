/* fake_gemini: options, start, loop, stop. */
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/epoll.h>

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api.h"
#include "loop.h"
#include "server.h"

struct options {
	const char *address;
	long long port;
	const char *port_file;
	const char *script;
	bool quiet;
};

static const char main_usage[] =
    "usage: fake_gemini [--address ADDRESS] [--port N] [--port-file FILE] "
    "[--script FILE] [--quiet]\n";

/* 0: go on; 1: help was given; -1: wrong. */
static int
main_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
	    {"address", required_argument, NULL, 'a'},
	    {"port", required_argument, NULL, 'p'},
	    {"port-file", required_argument, NULL, 'f'},
	    {"script", required_argument, NULL, 's'},
	    {"quiet", no_argument, NULL, 'q'},
	    {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (c) {
		case 'a':
			o->address = optarg;
			break;
		case 'p':
			if (!buf_number((struct span){optarg, strlen(optarg)},
				65535, &o->port)) {
				fputs("fake_gemini: bad --port\n", stderr);
				return -1;
			}
			break;
		case 'f':
			o->port_file = optarg;
			break;
		case 's':
			o->script = optarg;
			break;
		case 'q':
			o->quiet = true;
			break;
		case 'h':
			fputs(main_usage, stdout);
			return 1;
		default:
			return -1;
		}
	}
	return optind == argc ? 0 : -1;
}

/* As many connections as the system lets us have. */
static void
main_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static bool
main_read(const char *path, struct buf *text)
{
	FILE *f = fopen(path, "r");
	size_t n;
	bool good;

	if (f == NULL)
		return false;
	do {
		buf_reserve(text, 65536);
		n = fread(text->at + text->len, 1, 65536, f);
		text->len += n;
	} while (n > 0);
	text->at[text->len] = '\0';
	good = !ferror(f);
	fclose(f);
	return good;
}

static bool
main_script(struct api *api, const char *path)
{
	struct buf text = {0}, why = {0};
	bool good = main_read(path, &text);

	if (!good)
		fprintf(stderr, "fake_gemini: %s: %s\n", path, strerror(errno));
	else if (!(good = api_script(api, buf_span(&text), &why)))
		fprintf(stderr, "fake_gemini: %s: %s\n", path, buf_str(&why));
	buf_clear(&text);
	buf_clear(&why);
	return good;
}

/* Whoever sees the file sees the whole number in it. */
static bool
main_port_file(const char *path, int port)
{
	struct buf temporary = {0};
	FILE *f;
	bool good;

	buf_printf(&temporary, "%s.%ld", path, (long)getpid());
	f = fopen(buf_str(&temporary), "w");
	good = f != NULL && fprintf(f, "%d\n", port) > 0;
	if (f != NULL && fclose(f) != 0)
		good = false;
	good = good && rename(buf_str(&temporary), path) == 0;
	if (!good)
		fprintf(stderr, "fake_gemini: %s: %s\n", path, strerror(errno));
	buf_clear(&temporary);
	return good;
}

static void
main_signalled(void *ctx, uint32_t events)
{
	(void)events;
	loop_stop(ctx);
}

/* SIGTERM and SIGINT end the loop; SIGPIPE is of no interest. */
static bool
main_signals(struct loop *loop, struct watch *watch)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return false;
	*watch = (struct watch){.ready = main_signalled,
	    .ctx = loop,
	    .fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC)};
	return watch->fd >= 0 && loop_watch(loop, watch, EPOLLIN) == 0;
}

static int
main_serve(const struct options *o, struct loop *loop, struct api *api,
    unsigned long long *accepted)
{
	struct conn_calls calls = {.sink = api_sink,
	    .serve = api_serve,
	    .ended = api_ended,
	    .ctx = api};
	struct server *server;
	struct watch signals;
	int status = 1;

	server = server_new(loop, o->address, (int)o->port, &calls, accepted);
	if (server == NULL || !main_signals(loop, &signals)) {
		fprintf(stderr, "fake_gemini: cannot listen: %s\n",
		    strerror(errno));
		server_free(server);
		return 1;
	}
	printf("listening on %s:%d\n", o->address, server_port(server));
	fflush(stdout);
	if (o->port_file == NULL ||
	    main_port_file(o->port_file, server_port(server))) {
		loop_run(loop);
		status = 0;
	}
	loop_unwatch(loop, &signals);
	close(signals.fd);
	server_free(server);
	return status;
}

int
main(int argc, char **argv)
{
	struct options o = {.address = "127.0.0.1"};
	unsigned long long accepted = 0;
	struct loop *loop;
	struct api *api;
	int status = main_options(argc, argv, &o);

	if (status != 0) {
		if (status < 0)
			fputs(main_usage, stderr);
		return status < 0 ? 2 : 0;
	}
	main_descriptors();
	loop = loop_new();
	if (loop == NULL) {
		perror("fake_gemini");
		return 1;
	}
	api = api_new(o.quiet, &accepted);
	if (o.script != NULL && !main_script(api, o.script))
		status = 1;
	else
		status = main_serve(&o, loop, api, &accepted);
	api_free(api);
	loop_free(loop);
	return status;
}
