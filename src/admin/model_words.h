/* What models can, in words for people. */
#ifndef KEYWHEEL_ADMIN_MODEL_WORDS_H
#define KEYWHEEL_ADMIN_MODEL_WORDS_H

struct json_object;

/* The bit for a word of an address: "generate", "embed", "image", "speech",
 * "live", "thinking", "video"; 0: none of them. */
unsigned model_words_can(const char *word);

/* [{value, label, selected}] of those words. */
struct json_object *model_words_choices(unsigned selected);

/* Messages: of the bits of model_can(), of those of struct model_media. The
 * caller owns the array. */
struct json_object *model_words_of_can(unsigned can);
struct json_object *model_words_of_media(unsigned media);

/* What a quirk means, as a message; NULL: it names a field (QUIRK_DROP), or
 * is not known. */
const char *model_words_quirk(const char *quirk);

#endif
