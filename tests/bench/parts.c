/* The processor time of the parts of a stack. */
#include "parts.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEPTH_MAX 16

struct process {
	int64_t pid, parent, cpu_us;
};

struct table {
	struct process *rows;
	size_t n, room;
};

/* Nanoseconds on a processor, of a process with one thread; -1: unknown. The
 * ticks of the other file are 10 ms long. */
static int64_t
exact_us(int64_t pid)
{
	char path[64];
	long long ns;
	snprintf(path, sizeof(path), "/proc/%lld/schedstat", (long long)pid);
	FILE *f = fopen(path, "re");
	if (f == NULL)
		return -1;
	int got = fscanf(f, "%lld", &ns);
	fclose(f);
	return got == 1 ? ns / 1000 : -1;
}

/* Parent and time of a process; its time includes its dead children's. */
static bool
read_process(struct process *p)
{
	char path[64], line[1024];
	snprintf(path, sizeof(path), "/proc/%lld/stat", (long long)p->pid);
	FILE *f = fopen(path, "re");
	if (f == NULL)
		return false;
	const char *text = fgets(line, sizeof(line), f);
	fclose(f);

	/* The name, in brackets, may hold anything. */
	const char *rest = text != NULL ? strrchr(text, ')') : NULL;
	long long parent, own[2], dead[2], threads;
	if (rest == NULL ||
	    sscanf(rest + 1,
		" %*c %lld %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld %lld "
		"%lld %*d %*d %lld",
		&parent, &own[0], &own[1], &dead[0], &dead[1], &threads) != 6)
		return false;

	int64_t tick_us = 1000000 / sysconf(_SC_CLK_TCK);
	int64_t exact = threads == 1 ? exact_us(p->pid) : -1;
	p->parent = parent;
	p->cpu_us = (dead[0] + dead[1]) * tick_us;
	p->cpu_us += exact >= 0 ? exact : (own[0] + own[1]) * tick_us;
	return true;
}

static void
add(struct table *t, const struct process *p)
{
	if (t->n == t->room) {
		t->room = t->room > 0 ? t->room * 2 : 256;
		struct process *more =
		    realloc(t->rows, t->room * sizeof(*more));
		if (more == NULL)
			abort();
		t->rows = more;
	}
	t->rows[t->n++] = *p;
}

static int
compare(const void *a, const void *b)
{
	const struct process *x = a, *y = b;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static bool
read_table(struct table *t)
{
	DIR *dir = opendir("/proc");
	if (dir == NULL)
		return false;
	const struct dirent *entry;
	while ((entry = readdir(dir)) != NULL) {
		char *end;
		struct process p = {.pid = strtoll(entry->d_name, &end, 10)};
		if (*end == '\0' && p.pid > 0 && read_process(&p))
			add(t, &p);
	}
	closedir(dir);
	qsort(t->rows, t->n, sizeof(*t->rows), compare);
	return true;
}

/* Does the process descend from `ancestor`, or is it that one? */
static bool
is_of(const struct table *t, const struct process *p, int64_t ancestor)
{
	for (int depth = 0; p != NULL && depth < DEPTH_MAX; depth++) {
		if (p->pid == ancestor)
			return true;
		struct process parent = {.pid = p->parent};
		p = bsearch(&parent, t->rows, t->n, sizeof(*t->rows), compare);
	}
	return false;
}

bool
parts_count(struct part *parts, int n, int sign)
{
	struct table t = {0};
	if (n > 0 && !read_table(&t))
		return false;
	for (size_t i = 0; i < t.n; i++)
		for (int j = 0; j < n; j++)
			if (is_of(&t, &t.rows[i], parts[j].pid))
				parts[j].cpu_us += sign * t.rows[i].cpu_us;
	free(t.rows);
	return true;
}

int64_t
parts_machine_us(void)
{
	/* user, nice, system, idle, iowait, irq, softirq, steal */
	long long t[8];
	FILE *f = fopen("/proc/stat", "re");
	if (f == NULL)
		return 0;
	int got = fscanf(f, "cpu %lld %lld %lld %lld %lld %lld %lld %lld",
	    &t[0], &t[1], &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]);
	fclose(f);
	if (got != 8)
		return 0;
	return (t[0] + t[1] + t[2] + t[5] + t[6] + t[7]) *
	    (1000000 / sysconf(_SC_CLK_TCK));
}
