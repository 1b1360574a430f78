/* A scripted pool: leases as a scene says. */
#include "scripted_stage.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/crypt.h"
#include "unit.h"

/* The link seam: relay.c needs this one function of store/requests.c, which
 * would bring libpq with it. */
static int secrets_cleared;

int
scripted_secrets_cleared(void)
{
	int n = secrets_cleared;
	secrets_cleared = 0;
	return n;
}

void
lease_clear(struct lease *lease)
{
	if (lease->secret != NULL) {
		crypt_wipe(lease->secret, strlen(lease->secret));
		secrets_cleared++;
	}
	free(lease->secret);
	lease->secret = NULL;
}

/* Key and faults of a script, "2f1"; what comes behind it. */
static const char *
give_key(struct stage *s, struct lease *lease, const char *word)
{
	char *end;
	lease->answer = LEASE_GIVEN;
	lease->key_id = strtol(word, &end, 10);
	lease->faults = *end == 'f' ? (int)strtol(end + 1, &end, 10) : 0;
	lease->secret = strdup("secret");
	if (s->scene->scopes != NULL)
		lease->scope[0] = s->scene->scopes[lease->key_id - 1];
	s->secrets++;
	return end;
}

/* "5000", "L5000:storm": how long, and why. */
static void
read_rest(struct lease *lease, const char *word)
{
	char *end;
	lease->long_rest = *word == 'L';
	lease->wait_ms = strtoll(word + lease->long_rest, &end, 10);
	lease->why[0] = '\0';
	if (*end == ':')
		snprintf(lease->why, sizeof(lease->why), "%.*s",
		    (int)strcspn(end + 1, " "), end + 1);
}

static void
answer_lease(struct stage *s, struct lease *lease)
{
	static const struct {
		char letter;
		enum lease_answer answer;
	} letters[] = {{'R', LEASE_RESTING}, {'T', LEASE_TRIED},
	    {'N', LEASE_NONE}, {'U', LEASE_UNAUTHORIZED},
	    {'X', LEASE_UNREADABLE}, {'D', LEASE_NO_DATABASE},
	    {'W', LEASE_WAIT}};
	size_t len;
	const char *word = scripted_word(&s->lease, &len);
	if (len == 0) {
		scripted_note(s, "NO-MORE-LEASES");
		lease->answer = LEASE_NO_DATABASE;
		return;
	}
	if (isdigit((unsigned char)*word)) {
		give_key(s, lease, word);
		return;
	}
	for (size_t i = 0; i < COUNT_OF(letters); i++)
		if (letters[i].letter == *word)
			lease->answer = letters[i].answer;
	if (lease->answer != LEASE_NO_DATABASE)
		lease->key_id = 0;
	read_rest(lease, word + 1);
}

bool
scripted_when_free(void *ctx, struct json_object *verdict, struct lease *lease)
{
	struct stage *s = ctx;
	if (s->scene->free == NULL)
		return false;
	scripted_note(s, "ask");
	scripted_note_verdict(s, "w:", verdict);
	if (*s->scene->free == 'N')
		lease->answer = LEASE_NONE;
	else
		read_rest(lease, s->scene->free);
	return true;
}

void
scripted_begin(void *ctx, struct lease *lease)
{
	struct stage *s = ctx;
	*lease = (struct lease){.token_id = 77};
	if (s->scene->pool != NULL)
		snprintf(
		    lease->pool, sizeof(lease->pool), "%s", s->scene->pool);
	answer_lease(s, lease);
}

void
scripted_write_keys(char *text, size_t size, const int64_t *keys, int n)
{
	text[0] = '\0';
	for (int i = 0; i < n; i++)
		snprintf(text + strlen(text), size - strlen(text), "%s%lld",
		    i ? "," : "", (long long)keys[i]);
}

/* As store/requests.c does it. */
static void
lease_again(struct stage *s, struct lease *lease)
{
	lease_clear(lease);
	*lease = (struct lease){.token_id = lease->token_id,
	    .key_id = lease->key_id,
	    .answer = LEASE_NO_DATABASE};
	answer_lease(s, lease);
}

void
scripted_retry(void *ctx, struct json_object *verdict, const int64_t *tried,
    int n_tried, struct lease *lease)
{
	struct stage *s = ctx;
	char keys[100];
	scripted_write_keys(keys, sizeof(keys), tried, n_tried);
	scripted_note(s, "retry(%s)", keys);
	scripted_note_verdict(s, "r:", verdict);
	lease_again(s, lease);
}

void
scripted_next(void *ctx, struct json_object *verdict, struct lease *lease)
{
	scripted_note(ctx, "next");
	scripted_note_verdict(ctx, "n:", verdict);
	lease_again(ctx, lease);
}

void
scripted_wait(void *ctx, struct lease *lease)
{
	struct stage *s = ctx;
	scripted_note(s, "wait");
	lease->answer = LEASE_NO_DATABASE;
	answer_lease(s, lease);
}

void
scripted_leave_line(void *ctx)
{
	scripted_note(ctx, "leave");
}

int
scripted_lease_more(
    void *ctx, const int64_t *tried, int n_tried, struct lease *leases, int n)
{
	struct stage *s = ctx;
	char keys[100];
	scripted_write_keys(keys, sizeof(keys), tried, n_tried);
	scripted_note(s, "more%d(%s)", n, keys);
	size_t len;
	const char *word = scripted_word(&s->more, &len);
	const char *end = word + len;
	int given = 0;
	while (given < n && word < end && isdigit((unsigned char)*word)) {
		leases[given] = (struct lease){0};
		word = give_key(s, &leases[given++], word);
		word += *word == ',';
	}
	CU_ASSERT(len > 0);
	return given;
}
