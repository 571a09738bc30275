internal import Kernel

/// The figures of the MSP and the search over all modules, for programs.
struct FigureEndpoints: Sendable {
    let directory: ModuleDirectory

    var all: [EndpointRoute] {
        [
            EndpointRoute(
                .get, "indicators", permission: CorePermissions.readIndicators,
                summary: "The figures of one year that you may see, each with what it is computed from.",
                responseSchema: JSONSchema.object([("year", JSONSchema.integer), ("data", JSONSchema.list(Self.figure))]),
                contract: EndpointContract(parameters: [
                    .filter(
                        "year", .object([("type", .string("integer")), ("minimum", .integer(2_000)), ("maximum", .integer(2_200))]),
                        "Civil year, the present one by default; next year at the latest.")
                ]), handle: indicators),
            EndpointRoute(
                .get, "search", permission: CorePermissions.readProfile, summary: "Search in every module; eight hits of each kind.",
                responseSchema: JSONSchema.whole(Self.group),
                contract: EndpointContract(parameters: [
                    .init(
                        "q", in: .query,
                        schema: .object([
                            ("type", .string("string")), ("maxLength", .integer(100)), ("pattern", .string(FieldSchema.soughtPattern)),
                        ]), summary: "A name, or words of a title; nothing is found without.")
                ]), handle: search),
        ]
    }

    // MARK: Figures

    private static let figure = JSONSchema.object([
        ("code", JSONSchema.text), ("module", JSONSchema.text), ("label", JSONSchema.text), ("unit", JSONSchema.text),
        ("definition", JSONSchema.text), ("disclosure", JSONSchema.codes(["open", "aggregate", "internal"])),
        ("numerator", JSONSchema.optional(JSONSchema.decimal)), ("denominator", JSONSchema.optional(JSONSchema.decimal)),
        ("value", JSONSchema.optional(JSONSchema.decimal)), ("page", JSONSchema.optional(JSONSchema.text)),
    ])

    private func indicators(_ request: MspRequest) async throws -> APIResponse {
        var given = ListParameters(request.web, known: ["year"])
        let asked = given.year("year")
        try given.check()
        let table = try await IndicatorTable(request, directory) { present in
            guard asked ?? present <= present + 1 else {
                throw RecordListQuery.refusal([FieldFault("year", "Cette année est trop loin.")])
            }
            return asked ?? present
        }
        let lines = table.groups.flatMap { group in
            group.lines.map { line in
                JSONValue.object([
                    ("code", .string(line.indicator.code)), ("module", .string(group.module.id)), ("label", .string(line.indicator.label)),
                    ("unit", .string(line.indicator.unit)), ("definition", .string(line.indicator.definition)),
                    ("disclosure", .string(line.indicator.disclosure.rawValue)), ("numerator", .text(line.numerator?.description)),
                    ("denominator", .text(line.denominator?.description)), ("value", .text(line.value?.description)),
                    ("page", .text(line.path.map { request.path($0) })),
                ])
            }
        }
        return APIResponse.json { $0.value(.object([("year", .integer(table.year)), ("data", .array(lines))])) }
    }

    // MARK: Search

    private static let group = JSONSchema.object([
        ("label", JSONSchema.text),
        (
            "hits",
            JSONSchema.list(JSONSchema.object([("title", JSONSchema.text), ("detail", JSONSchema.text), ("page", JSONSchema.text)]))
        ),
    ])

    private func search(_ request: MspRequest) async throws -> APIResponse {
        var given = ListParameters(request.web, known: ["q"])
        let words = given.value("q", "un texte de 100 caractères au plus") { text in
            text.unicodeScalars.count > 100 || TextRules.hasControls(text) ? nil : SearchHits.words(text)
        }
        try given.check()
        let groups = try await SearchHits.find(words ?? "", request, directory).groups.map { group in
            JSONValue.object([
                ("label", .string(group.label)),
                (
                    "hits",
                    .array(
                        group.hits.map { hit in
                            .object([
                                ("title", .string(hit.title)), ("detail", .string(hit.detail)), ("page", .string(request.path(hit.path))),
                            ])
                        })
                ),
            ])
        }
        return APIResponse.json { $0.value(.object([("data", .array(groups))])) }
    }
}
