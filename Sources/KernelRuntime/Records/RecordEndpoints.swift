import Kernel

extension RecordAPI {
    /// The endpoints of this record, below the module's id.
    var endpoints: [EndpointRoute] {
        let record = plan.record
        let permissions = record.permissions
        let collection = record.apiPath
        let one = "\(collection)/:id"
        let entity = FieldSchema.record(record)
        var routes = [
            EndpointRoute(
                .get, collection, permission: permissions.read, summary: "List \(collection).",
                responseSchema: page(entity), contract: listContract, handle: list),
            EndpointRoute(
                .get, one, permission: permissions.read, summary: "Read one of the \(collection).", responseSchema: entity,
                contract: EndpointContract(
                    operationID: operation("read"), parameters: [.ifNoneMatch], responseHeaders: [Self.tagHeader], otherStatuses: [304]),
                handle: item),
        ]
        if let permission = permissions.create {
            routes.append(
                EndpointRoute(
                    .post, collection, permission: permission, summary: "Create one of the \(collection).",
                    requestSchema: FieldSchema.body(plan.writable(creating: true), demanding: true), responseSchema: entity,
                    contract: EndpointContract(
                        operationID: operation("create"), parameters: [.idempotencyKey], success: 201,
                        responseHeaders: [Self.tagHeader, ("Location", "Address of the new record.")], otherStatuses: [409, 422]),
                    handle: create))
        }
        if let permission = permissions.update {
            routes.append(
                EndpointRoute(
                    .patch, one, permission: permission, summary: "Change some members (RFC 7396); null empties one.",
                    requestSchema: FieldSchema.body(plan.writable(creating: false), demanding: false), responseSchema: entity,
                    contract: EndpointContract(
                        operationID: operation("update"), parameters: [.ifMatch(required: true)], responseHeaders: [Self.tagHeader],
                        otherStatuses: [409, 412, 422, 428]),
                    handle: change))
        }
        if let permission = permissions.archive {
            routes.append(
                EndpointRoute(
                    .delete, one, permission: permission, summary: "Archive; nothing is destroyed.", responseSchema: .null,
                    contract: EndpointContract(
                        operationID: operation("archive"), parameters: [.ifMatch(required: true)], success: 204,
                        otherStatuses: [409, 412, 422, 428]),
                    handle: archive))
            routes.append(
                EndpointRoute(
                    .post, "\(one)/restore", permission: permission, summary: "Bring an archived record back.", responseSchema: entity,
                    contract: EndpointContract(
                        operationID: operation("restore"), parameters: [.ifMatch(required: false), .idempotencyKey],
                        responseHeaders: [Self.tagHeader], otherStatuses: [409, 412, 422]),
                    handle: restore))
        }
        return routes + record.actions.map { action(for: $0, one: one, entity: entity) }
    }

    private func action(for action: RecordAction, one: String, entity: JSONValue) -> EndpointRoute {
        EndpointRoute(
            .post, "\(one)/\(action.apiPath)", permission: action.permission,
            summary: "Action \(plan.record.id).\(action.id)"
                + (action.from.map { ", from \($0.sorted().joined(separator: ", "))." } ?? "."),
            requestSchema: FieldSchema.body(action.fields, demanding: true),
            responseSchema: JSONSchema.object(
                [("message", .object([("type", .string("string"))])), ("record", entity)], required: ["message", "record"]),
            contract: EndpointContract(
                operationID: operation(action.id), parameters: [.ifMatch(required: false), .idempotencyKey],
                bodyIsOptional: action.demandsNothing,
                responseHeaders: [Self.tagHeader], otherStatuses: [409, 412, 422]),
            handle: { request in try await act(action, request) })
    }

    private func page(_ entity: JSONValue) -> JSONValue {
        JSONSchema.object(
            [
                ("data", .object([("type", .string("array")), ("maxItems", .integer(200)), ("items", entity)])),
                ("next_cursor", .object([("type", .array([.string("string"), .string("null")]))])),
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
        ]
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
