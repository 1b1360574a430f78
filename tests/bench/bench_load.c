/* bench_load: asks a gateway or a proxy many times and prints how it went. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "load.h"
#include "parts.h"

static const char usage[] =
    "usage: bench_load --port N --token-file FILE [OPTION...]\n"
    "\n"
    "  --gemini       ask in Gemini's dialect (default: OpenAI's)\n"
    "  --model NAME   of that model\n"
    "  --clients N    connections, each with one request at a time\n"
    "  --ms N         begin no request later than that\n"
    "  --count N      begin no more requests than that\n"
    "  --rate N       so many requests a second; their times count from when\n"
    "                 they were due\n"
    "  --rise-ms N    the clients begin spread over so long\n"
    "  --wait-ms N    a request that takes longer has failed\n"
    "  --events N     ask for streams; each must bring so many events\n"
    "  --bytes N      about the size of a request's body\n"
    "  --part NAME=PID\n"
    "                 say what that process and its descendants used of the\n"
    "                 processor\n"
    "\n"
    "Only 127.0.0.1 is asked. Prints lines of `name value`; times are in\n"
    "microseconds. Exit status: 0, also after failed requests; 1 if nothing\n"
    "could be measured; 2 after wrong options.\n";

struct program {
	struct load_plan plan;
	struct part parts[PARTS_MAX];
	int n_parts;
	int64_t machine_us; /* what the whole machine has worked */
	const char *token_file;
	char token[256];
};

/* A whole number from `least` to `most`. */
static bool
read_number(const char *text, int64_t least, int64_t most, int64_t *out)
{
	char *end;
	errno = 0;
	long long n = strtoll(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || n < least || n > most)
		return false;
	*out = n;
	return true;
}

/* NAME=PID */
static bool
add_part(struct program *p, char *text)
{
	char *sign = strchr(text, '=');
	if (sign == NULL || p->n_parts == PARTS_MAX)
		return false;
	*sign = '\0';
	struct part *part = &p->parts[p->n_parts++];
	part->name = text;
	return read_number(sign + 1, 1, INT32_MAX, &part->pid);
}

static bool
take_number(struct program *p, int option, const char *text)
{
	int64_t n;
	if (!read_number(text, 0, INT32_MAX, &n))
		return false;
	switch (option) {
	case 'p':
		p->plan.port = (int)n;
		return n > 0 && n < 65536;
	case 'c':
		p->plan.clients = (int)n;
		return n > 0 && n <= 10000;
	case 't':
		p->plan.us = n * 1000;
		return true;
	case 'n':
		p->plan.count = n;
		return true;
	case 'r':
		p->plan.rate = n;
		return true;
	case 'i':
		p->plan.rise_us = n * 1000;
		return true;
	case 'w':
		p->plan.wait_us = n * 1000;
		return true;
	case 'e':
		p->plan.question.events = (int)n;
		return true;
	default:
		p->plan.question.bytes = (int)n;
		return n <= 60000;
	}
}

static bool
read_options(struct program *p, int argc, char **argv)
{
	static const struct option known[] = {
	    {"port", required_argument, NULL, 'p'},
	    {"token-file", required_argument, NULL, 'f'},
	    {"gemini", no_argument, NULL, 'g'},
	    {"model", required_argument, NULL, 'm'},
	    {"clients", required_argument, NULL, 'c'},
	    {"ms", required_argument, NULL, 't'},
	    {"count", required_argument, NULL, 'n'},
	    {"rate", required_argument, NULL, 'r'},
	    {"rise-ms", required_argument, NULL, 'i'},
	    {"wait-ms", required_argument, NULL, 'w'},
	    {"events", required_argument, NULL, 'e'},
	    {"bytes", required_argument, NULL, 'b'},
	    {"part", required_argument, NULL, 'a'},
	    {NULL, 0, NULL, 0},
	};
	int c;
	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c == '?')
			return false;
		if (c == 'f')
			p->token_file = optarg;
		else if (c == 'g')
			p->plan.question.dialect = DIALECT_GEMINI;
		else if (c == 'm')
			p->plan.question.model = optarg;
		else if (c == 'a' && !add_part(p, optarg))
			return false;
		else if (c != 'a' && !take_number(p, c, optarg))
			return false;
	}
	return optind == argc && p->plan.port > 0 && p->token_file != NULL;
}

static bool
read_token(struct program *p)
{
	FILE *f = fopen(p->token_file, "re");
	if (f == NULL)
		return false;
	const char *line = fgets(p->token, sizeof(p->token), f);
	fclose(f);
	p->token[strcspn(p->token, "\r\n")] = '\0';
	p->plan.question.token = p->token;
	return line != NULL;
}

static void
say(const char *name, int64_t value)
{
	printf("%s %lld\n", name, (long long)value);
}

/* How much of the processors went to others meanwhile, in percent. */
static int64_t
others(const struct program *p, const struct load_result *r)
{
	int64_t us = p->machine_us - r->cpu_us;
	int64_t all = r->us * sysconf(_SC_NPROCESSORS_ONLN);
	for (int i = 0; i < p->n_parts; i++)
		us -= p->parts[i].cpu_us;
	return us > 0 && all > 0 ? us * 100 / all : 0;
}

static void
print(struct program *p, struct load_result *r)
{
	int64_t answered = r->asked - r->failed;
	say("asked", r->asked);
	say("failed", r->failed);
	say("most_open", r->most_open);
	say("elapsed", r->us);
	say("rate", r->us > 0 ? answered * 1000000 / r->us : 0);
	say("p50", samples_at(&r->whole, 0.5));
	say("p99", samples_at(&r->whole, 0.99));
	say("first_p50", samples_at(&r->first, 0.5));
	say("first_p99", samples_at(&r->first, 0.99));
	if (p->plan.question.events > 0) {
		say("gap_p50", samples_at(&r->gaps, 0.5));
		say("gap_p99", samples_at(&r->gaps, 0.99));
		say("gap_max", samples_at(&r->gaps, 1));
	}

	/* Of each request, in tenths of a microsecond. */
	int64_t n = r->asked > 0 ? r->asked : 1;
	say("cpu_load", r->cpu_us * 10 / n);
	for (int i = 0; i < p->n_parts; i++)
		printf("cpu_%s %lld\n", p->parts[i].name,
		    (long long)(p->parts[i].cpu_us * 10 / n));
	say("others", others(p, r));
	if (r->failed > 0)
		fprintf(stderr, "bench_load: %lld of %lld failed; first: %s\n",
		    (long long)r->failed, (long long)r->asked, r->first_wrong);
}

int
main(int argc, char **argv)
{
	static struct program p = {
	    .plan = {.question = {.model = "gemini-2.5-flash", .bytes = 1000},
		.clients = 1,
		.us = 10000000,
		.count = 1000000,
		.wait_us = 10000000}};
	static struct load_result result;
	if (!read_options(&p, argc, argv)) {
		fputs(usage, stderr);
		return 2;
	}
	if (!read_token(&p)) {
		fprintf(stderr, "bench_load: cannot read %s\n", p.token_file);
		return 1;
	}
	bool ok = parts_count(p.parts, p.n_parts, -1);
	p.machine_us = -parts_machine_us();
	ok = ok && load_run(&p.plan, &result);
	p.machine_us += parts_machine_us();
	if (ok) {
		parts_count(p.parts, p.n_parts, 1);
		print(&p, &result);
	} else {
		fprintf(
		    stderr, "bench_load: cannot measure (errno %d)\n", errno);
	}
	load_clear(&result);
	return ok ? 0 : 1;
}
