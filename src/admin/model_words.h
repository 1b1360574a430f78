/* What models can, in words for people. */
#ifndef KEYWHEEL_ADMIN_MODEL_WORDS_H
#define KEYWHEEL_ADMIN_MODEL_WORDS_H

struct buf;
struct json_object;
struct visit;

/* The bit for a word of an address: "generate", "embed", "image", "speech",
 * "live", "thinking", "video"; 0: none of them. */
unsigned model_words_can(const char *word);

/* [{value, label, selected}] of those words. */
struct json_object *model_words_choices(unsigned selected);

/* Messages for the bits of model_can(). The caller owns the array. */
struct json_object *model_words_of_can(unsigned can);

/* Append those, or the ones for the bits of struct model_media, in the
 * visitor's language: "text, pictures". */
void model_words_add_can(struct visit *v, unsigned can, struct buf *out);
void model_words_add_media(struct visit *v, unsigned media, struct buf *out);

/* What a quirk means, as a message; NULL: it names a field (QUIRK_DROP), or
 * is not known. */
const char *model_words_quirk(const char *quirk);

#endif
