/* A .env file as settings. */
#include "base/attr.h"
#include "base/setting_env.h"

#include "base/crypt.h"
#include "base/dotenv.h"

struct reader {
	int last[SETTING__MAX]; /* the line of the assignment that counts */
	setting_env_fn *fn;
	void *ctx;
};

static bool
note_line(void *ctx, const char *name, const char *value, int line)
{
	struct reader *r = ctx;
	int id = setting_find(name);
	(void)value;
	if (id >= 0)
		r->last[id] = line;
	return true;
}

/* What an assignment of a known setting comes to. */
void
setting_env_judge(enum setting_id id, int line, const char *value,
    setting_env_fn *fn, void *ctx)
{
	const struct setting_def *def = setting_def(id);
	struct setting_env_line l = {.id = id, .line = line, .name = def->name};
	struct buf text, why;
	buf_init(&text, BUF_LARGE);
	buf_init(&why, BUF_SMALL);
	if (def->home == SETTING_OBSOLETE)
		l.kind = SETTING_ENV_OBSOLETE;
	else if (def->home == SETTING_STORED && *value == '\0')
		l.kind = SETTING_ENV_DEFAULT;
	else if (!setting_check(id, value, &text, &why))
		l.kind = SETTING_ENV_BAD;
	else
		l.kind = def->home == SETTING_STORED ? SETTING_ENV_VALUE
						     : SETTING_ENV_SECRETS;
	l.text = buf_cstr(&text);
	l.why = buf_cstr(&why);
	fn(ctx, &l);
	if (text.data != NULL)
		crypt_wipe(text.data, text.len);
	buf_clear(&why);
	buf_clear(&text);
}

static bool
judge_line(void *ctx, const char *name, const char *value, int line)
{
	struct reader *r = ctx;
	int id = setting_find(name);
	struct setting_env_line l = {.kind = SETTING_ENV_UNKNOWN,
	    .line = line,
	    .name = name,
	    .text = "",
	    .why = N_("is not a known setting")};
	if (id < 0) {
		r->fn(r->ctx, &l);
		return true;
	}
	l.id = (enum setting_id)id;
	if (line == r->last[id])
		setting_env_judge(l.id, line, value, r->fn, r->ctx);
	return true;
}

bool
setting_env_read(const char *text, size_t len, setting_env_fn *fn, void *ctx,
    struct buf *why)
{
	struct reader r = {.fn = fn, .ctx = ctx};
	struct buf again;
	buf_init(&again, BUF_SMALL);
	/* Both go up to the first line that is malformed. */
	bool whole = dotenv_parse(text, len, note_line, &r, &again);
	whole = dotenv_parse(text, len, judge_line, &r, why) && whole;
	buf_clear(&again);
	return whole;
}
