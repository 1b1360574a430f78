/* What may be asked of Gemini's own API, and of Vertex's. */
#include "gateway/endpoint.h"
#include "gateway/native.h"
#include "pool/pool_choice.h"

/* One function a kind, for the table of routes. */
#define KIND(id, ...)                                                 \
	static void serve_##id(                                       \
	    struct service *s, const struct route_match *match)       \
	{                                                             \
		static const struct native_kind kind = {__VA_ARGS__}; \
		native_serve(s, match, &kind);                        \
	}                                                             \
	const struct endpoint endpoint_native_##id = {                \
	    DIALECT_GOOGLE, serve_##id};

KIND(model, .route = "gemini.model", .method = "GET", .action = "")
KIND(generate, .route = "gemini.generateContent", .method = "POST",
    .action = ":generateContent", .generates = true)
KIND(stream, .route = "gemini.streamGenerateContent", .method = "POST",
    .action = ":streamGenerateContent", .generates = true, .streams = true)
KIND(count, .route = "gemini.countTokens", .method = "POST",
    .action = ":countTokens")
KIND(embed, .route = "gemini.embedContent", .method = "POST",
    .action = ":embedContent", .embeds = true)
KIND(embed_batch, .route = "gemini.batchEmbedContents", .method = "POST",
    .action = ":batchEmbedContents", .embeds = true)

KIND(vertex_model, .route = "vertex.model", .method = "GET", .action = "")
KIND(vertex_generate, .route = "vertex.generateContent", .method = "POST",
    .action = ":generateContent", .pool = POOL_VERTEX, .generates = true)
KIND(vertex_stream, .route = "vertex.streamGenerateContent", .method = "POST",
    .action = ":streamGenerateContent", .pool = POOL_VERTEX, .generates = true,
    .streams = true)
KIND(vertex_count, .route = "vertex.countTokens", .method = "POST",
    .action = ":countTokens", .pool = POOL_VERTEX)
KIND(vertex_embed, .route = "vertex.embedContent", .method = "POST",
    .action = ":embedContent", .pool = POOL_VERTEX, .embeds = true)
KIND(vertex_embed_batch, .route = "vertex.batchEmbedContents", .method = "POST",
    .action = ":batchEmbedContents", .pool = POOL_VERTEX, .embeds = true)
