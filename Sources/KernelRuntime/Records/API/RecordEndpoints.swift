import Kernel

extension RecordAPI {
    /// The endpoints of this record, below the module's id.
    var endpoints: [EndpointRoute] {
        let record = plan.record
        let permissions = record.permissions
        let collection = record.apiPath
        let one = plan.oneApiPath
        let name = plan.catalog.schemaName(record)
        let words = APIWords(record)
        let screen = "On screen: « \(record.words.plural) »."
        let lines = plan.shownLines.map { LinesAPI(plan, $0) }
        let entity = JSONSchema.named(name, FieldSchema.record(record, lines: lines.map { ($0.lines.lines, $0.schema) }))
        let list = EndpointRoute(
            .get, collection, permission: permissions.read, summary: "List \(words.plural)",
            explanation: "\(screen) In the order `\(record.order.parameter)` unless `sort` says otherwise.",
            responseSchema: JSONSchema.named("\(name)List", page(entity)), contract: listContract, handle: list)
        var routes =
            (record.isSheet ? [] : [list]) + [
                EndpointRoute(
                    .get, one, permission: permissions.read, summary: "Read \(words.one)", explanation: screen, responseSchema: entity,
                    contract: EndpointContract(
                        operationID: operation("read"), parameters: [.ifNoneMatch], responseHeaders: [Self.tagHeader], otherStatuses: [304]),
                    handle: item)
            ]
        if let permission = permissions.create {
            routes.append(
                EndpointRoute(
                    .post, collection, permission: permission, summary: "Create \(words.one)", explanation: screen,
                    requestSchema: JSONSchema.named("\(name)Create", FieldSchema.body(plan.writable(creating: true), demanding: true)),
                    responseSchema: entity,
                    contract: EndpointContract(
                        operationID: operation("create"), parameters: [.idempotencyKey], success: 201,
                        responseHeaders: [Self.tagHeader, ("Location", "Address of the new record.")], otherStatuses: [409, 422]),
                    handle: create))
        }
        if let permission = permissions.update {
            routes.append(
                EndpointRoute(
                    .patch, one, permission: permission, summary: "Change \(words.one)",
                    explanation: "Only the members sent change (RFC 7396); null empties one.",
                    requestSchema: JSONSchema.named("\(name)Patch", FieldSchema.body(plan.writable(creating: false), demanding: false)),
                    responseSchema: entity,
                    contract: EndpointContract(
                        operationID: operation("update"), parameters: [.ifMatch(required: true), .idempotencyKey],
                        bodyTypes: ["application/json", "application/merge-patch+json"], responseHeaders: [Self.tagHeader],
                        otherStatuses: [409, 412, 422, 428]),
                    handle: change))
        }
        if let permission = permissions.archive {
            routes.append(
                EndpointRoute(
                    .delete, one, permission: permission, summary: "Archive \(words.one)",
                    explanation: "It leaves the lists and can be restored; nothing is destroyed.", responseSchema: .null,
                    contract: EndpointContract(
                        operationID: operation("archive"), parameters: [.ifMatch(required: true)], success: 204,
                        otherStatuses: [409, 412, 422, 428]),
                    handle: archive))
            routes.append(
                EndpointRoute(
                    .post, "\(one)/restore", permission: permission, summary: "Restore \(words.one)",
                    explanation: "Brings an archived one back.", responseSchema: entity,
                    contract: EndpointContract(
                        operationID: operation("restore"), parameters: [.ifMatch(required: false), .idempotencyKey],
                        responseHeaders: [Self.tagHeader], otherStatuses: [409, 412, 422]),
                    handle: restore))
        }
        if !record.deadlines.isEmpty { routes.append(deadlines(one: one, words)) }
        routes += RecordFileAPI.endpoints(plan) + PaperAPI.endpoints(plan)
        return routes + record.actions.map { action(for: $0, one: one, entity: entity) } + lines.flatMap(\.endpoints)
    }

    private func action(for action: RecordAction, one: String, entity: JSONValue) -> EndpointRoute {
        EndpointRoute(
            .post, "\(one)/\(action.apiPath)", permission: action.permission,
            summary: APIWords(plan.record).act(action.id), explanation: explanation(of: action),
            requestSchema: FieldSchema.body(action.fields, demanding: true),
            responseSchema: JSONSchema.named(
                "\(plan.catalog.schemaName(plan.record))Acted",
                JSONSchema.object(
                    [("message", .object([("type", .string("string"))])), ("record", entity)], required: ["message", "record"])),
            contract: EndpointContract(
                operationID: operation(action.id), parameters: [.ifMatch(required: false), .idempotencyKey],
                bodyIsOptional: action.demandsNothing,
                responseHeaders: [Self.tagHeader], otherStatuses: [409, 412, 422]),
            handle: { request in try await act(action, request) })
    }

    private func explanation(of action: RecordAction) -> String {
        var sentences = ["On screen: « \(action.label) »."]
        if let from = action.from { sentences.append("Possible in \(from.sorted().map { "`\($0)`" }.joined(separator: ", ")).") }
        if let state = action.to { sentences.append("Leads to `\(state)`.") }
        return sentences.joined(separator: " ")
    }

    private func page(_ entity: JSONValue) -> JSONValue {
        let name = JSONSchema.optional(JSONSchema.text)
        let line = JSONValue.object([("type", .string("object")), ("additionalProperties", name)])
        return JSONSchema.object(
            [
                ("data", .object([("type", .string("array")), ("maxItems", .integer(200)), ("items", entity)])),
                ("next_cursor", .object([("type", .array([.string("string"), .string("null")]))])),
                ("total", JSONSchema.type("integer")),
                ("names", .object([("type", .string("array")), ("maxItems", .integer(200)), ("items", line)])),
            ], required: ["data", "next_cursor"])
    }

    private var listContract: EndpointContract {
        let sorts = plan.sortableFields.flatMap { [$0.name, "-\($0.name)"] }
        var parameters: [EndpointContract.Parameter] = [
            .limit, .cursor,
            .init(
                "q", in: .query,
                schema: .object([("type", .string("string")), ("maxLength", .integer(200))]),
                summary: "Words that must all begin a word of the record; accents and case do not count."),
            .init(
                "sort", in: .query, schema: .object([("enum", .array(sorts.map { .string($0) }))]), summary: "Order; a minus reverses it."),
            .init(
                "archived", in: .query, schema: .object([("enum", .array([.string("true"), .string("false")]))]),
                summary: "True to see archived records too."),
            .init(
                "include", in: .query, schema: .object([("enum", .array([.string("total")]))]),
                summary: "`total` to be told how many there are in all, in the member of that name."),
        ]
        let references = plan.record.fields.filter { $0.target != nil }.map(\.name)
        if !references.isEmpty {
            let items = JSONValue.object([("enum", .array(references.map { .string($0) }))])
            parameters.append(
                .init(
                    "expand", in: .query, schema: .object([("type", .string("array")), ("maxItems", .integer(20)), ("items", items)]),
                    summary: "References whose names are wanted too: `names`, one object for each element of `data`, in its order."))
        }
        if !plan.record.deadlines.isEmpty {
            parameters.append(
                .init(
                    DeadlineSpan.parameter, in: .query, schema: JSONSchema.codes(DeadlineSpan.allCases.map(\.rawValue)),
                    summary: "Those with a deadline that is late, or within so many days; the same filter as « Échéance » on screen."))
        }
        for parameter in filters.parameters {
            parameters.append(
                .init(
                    parameter.name, in: .query, schema: FieldSchema.filter(parameter, plan.record, filters),
                    summary: "Filter, the same as on screen: « \(plan.record.fields[parameter.field].label) »."))
        }
        return EndpointContract(
            operationID: operation("list"), parameters: parameters,
            responseHeaders: [("Link", "The next page, rel=\"next\" (RFC 8288); absent on the last one.")])
    }

    private func operation(_ verb: String) -> String { "\(plan.record.id).\(verb)" }

    private static let tagHeader = (name: "ETag", summary: "Strong tag of this revision, for If-Match.")
}
