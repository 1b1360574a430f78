/* web/url_repair: guesses are paths, no two alike, and never what was sent. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "web/url_repair.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct url_guesses guesses;
	char *path = malloc(size + 1);
	FUZZ_CHECK(path != NULL);
	memcpy(path, data, size);
	path[size] = '\0';
	url_repair_guess(path, &guesses);
	FUZZ_CHECK(guesses.n >= 0 && guesses.n <= URL_REPAIR_MAX);
	for (int i = 0; i < guesses.n; i++) {
		const char *guess = buf_cstr(&guesses.path[i]);
		FUZZ_CHECK(guess[0] == '/' && strcmp(guess, path) != 0);
		FUZZ_CHECK(strlen(guess) == guesses.path[i].len);
		for (int k = 0; k < i; k++)
			FUZZ_CHECK(
			    strcmp(guess, buf_cstr(&guesses.path[k])) != 0);
	}
	url_guesses_clear(&guesses);
	free(path);
	return 0;
}
