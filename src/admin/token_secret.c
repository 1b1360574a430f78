/* New secrets of tokens. */
#include "admin/token_secret.h"

#include <string.h>

#include "admin/visit.h"
#include "base/json.h"
#include "gateway/service.h"
#include "web/query.h"

/* Nobody guesses one of 62^48. */
#define TOKEN_CHARACTERS 48

/* Is it a UUID, as our forms have them? */
static bool
is_form(const struct buf *text)
{
	return text->len == CRYPT_ID_SIZE &&
	    strspn(buf_cstr(text), "0123456789abcdef-") == CRYPT_ID_SIZE &&
	    text->data[8] == '-' && text->data[13] == '-' &&
	    text->data[18] == '-' && text->data[23] == '-' &&
	    strcspn(buf_cstr(text) + 24, "-") == 12;
}

void
token_new_begin(struct token_new *new, struct visit *v)
{
	buf_init(&new->text, BUF_SMALL);
	buf_init(&new->form, BUF_SMALL);
	crypt_random_text(&new->text, "sk-", TOKEN_CHARACTERS);
	bool given = query_get(buf_cstr(&v->fields), "form_id", &new->form) &&
	    is_form(&new->form);
	new->secret = (struct token_secret){&v->s->master, buf_cstr(&new->text),
	    given ? buf_cstr(&new->form) : NULL};
}

void
token_new_end(struct token_new *new)
{
	crypt_wipe(new->text.data, new->text.len);
	buf_clear(&new->text);
	buf_clear(&new->form);
}

void
token_new_show(
    const struct token_new *new, struct visit *v, int64_t token_id, bool fresh)
{
	struct json_object *data = json_object_new_object();
	json_set_int(data, "token_id", token_id);
	if (fresh)
		json_set_text(data, "secret", new->secret.text);
	visit_send(v, "token_secret.html", N_("New token"), data);
}
