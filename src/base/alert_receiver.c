/* Reading receivers of alerts. */
#include "base/alert_receiver.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "base/text.h"
#include "base/url.h"

#define BLANKS " \t"

/* A shorter part of a URL is a word like any other. */
#define LEAST_PART 6

static const struct form {
	const char *name;
	const char *option;  /* of the word; NULL: it has none */
	const char *ending;  /* of the URL's path, or "" */
	const char *missing; /* why it cannot do without the word; or NULL */
} forms[] = {
    [ALERT_JSON] = {"json", "bearer=", "", NULL},
    [ALERT_SLACK] = {"slack", NULL, "", NULL},
    [ALERT_FEISHU] = {"feishu", "secret=", "", NULL},
    [ALERT_TELEGRAM] = {"telegram", "chat_id=", "/sendMessage",
	"lacks the chat behind its URL: chat_id=…"},
};

/* The next word of the text, which moves on; the caller frees it. NULL at its
 * end. */
static char *
next_word(const char **text)
{
	const char *word = *text + strspn(*text, BLANKS);
	size_t len = strcspn(word, BLANKS);
	*text = word + len;
	if (len == 0)
		return NULL;
	char *copy = strndup(word, len);
	if (copy == NULL)
		abort();
	return copy;
}

static const char *
read_form(struct alert_receiver *r, const char **text)
{
	char *word = next_word(text);
	size_t i = 0;
	while (i < COUNT_OF(forms) && !text_same(word, forms[i].name))
		i++;
	free(word);
	if (i == COUNT_OF(forms))
		return "does not begin with json, slack, feishu or telegram "
		       "and a blank";
	r->form = (enum alert_form)i;
	return NULL;
}

static const char *
read_url(struct alert_receiver *r, const char **text)
{
	struct url url;
	const struct form *form = &forms[r->form];
	size_t end = strlen(form->ending);
	r->url = next_word(text);
	if (r->url == NULL || !url_split(r->url, &url))
		return "has no URL that begins with http:// or https:// and a "
		       "host, without user and password, behind its form";
	if (strpbrk(r->url, "\"<>\\#") != NULL)
		return "has a URL with quotes, brackets or # in it";
	size_t len = strcspn(url.rest, "?");
	if (len < end || strncmp(url.rest + len - end, form->ending, end) != 0)
		return "has a URL that does not end with /sendMessage";

	struct buf name;
	buf_init(&name, BUF_SMALL);
	buf_fmt(
	    &name, "%s %.*s/…", form->name, (int)(url.rest - r->url), r->url);
	r->name = buf_take(&name);
	return r->name == NULL ? "is too long" : NULL;
}

static const char *
read_option(struct alert_receiver *r, const char *word)
{
	const char *option = forms[r->form].option;
	size_t len = option == NULL ? 0 : strlen(option);
	if (option == NULL || strncmp(word, option, len) != 0)
		return "has something behind its URL that its form does not "
		       "know";
	if (r->word != NULL)
		return "has a word twice behind its URL";
	if (word[len] == '\0')
		return "has an empty word behind its URL";
	r->word = strdup(word + len);
	if (r->word == NULL)
		abort();
	return NULL;
}

bool
alert_receiver_read(
    struct alert_receiver *r, const char *text, const char **why)
{
	char *word;
	*r = (struct alert_receiver){0};
	*why = read_form(r, &text);
	if (*why == NULL)
		*why = read_url(r, &text);
	while (*why == NULL && (word = next_word(&text)) != NULL) {
		*why = read_option(r, word);
		crypt_wipe(word, strlen(word));
		free(word);
	}
	if (*why == NULL && r->word == NULL)
		*why = forms[r->form].missing;
	return *why == NULL;
}

static void
wipe(char **secret)
{
	if (*secret != NULL)
		crypt_wipe(*secret, strlen(*secret));
	free(*secret);
	*secret = NULL;
}

void
alert_receiver_clear(struct alert_receiver *r)
{
	wipe(&r->url);
	wipe(&r->word);
	free(r->name);
	r->name = NULL;
}

bool
alert_receiver_is_quoted(const struct alert_receiver *r, const char *text)
{
	struct buf part;
	bool found = r->word != NULL && strstr(text, r->word) != NULL;
	buf_init(&part, BUF_SMALL);
	for (const char *p = url_rest(r->url); !found && *p != '\0';) {
		size_t len = strcspn(p, "/?&=:");
		buf_reset(&part);
		buf_add(&part, p, len);
		found = len >= LEAST_PART &&
		    !text_same(buf_cstr(&part), "sendMessage") &&
		    strstr(text, buf_cstr(&part)) != NULL;
		p += len + (p[len] != '\0');
	}
	buf_clear(&part);
	return found;
}
