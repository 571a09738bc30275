internal import Kernel

/// What each role may do, for programs: the same acts as « Droits ».
struct RightsEndpoints: Sendable {
    let directory: ModuleDirectory

    var all: [EndpointRoute] {
        [
            EndpointRoute(
                .get, "roles", permission: CorePermissions.readMembers, summary: "Every role of an MSP with what it may do.",
                responseSchema: JSONSchema.whole(Self.schema), handle: list),
            EndpointRoute(
                .get, "roles/:role", permission: CorePermissions.readMembers, summary: "One role with what it may do.",
                responseSchema: Self.schema, contract: .one, handle: one),
            EndpointRoute(
                .patch, "roles/:role", permission: CorePermissions.manageRoles,
                summary: "Grant (true), withdraw (false) or leave to the default (null) some rights of a role; none that you do not have.",
                requestSchema: body, responseSchema: Self.schema, contract: .change, handle: change),
        ]
    }

    private static let schema = JSONSchema.object([
        ("id", JSONSchema.codes(CorePermissions.mspRoles.map(\.rawValue))), ("label", JSONSchema.text),
        (
            "permissions",
            JSONSchema.list(
                JSONSchema.object([
                    ("id", JSONSchema.text), ("module", JSONSchema.text), ("label", JSONSchema.text), ("granted", JSONSchema.boolean),
                    ("by_default", JSONSchema.boolean), ("changeable", JSONSchema.boolean),
                ]))
        ),
    ])

    private var body: JSONValue {
        let flag = JSONValue.object([("type", .array([.string("boolean"), .string("null")]))])
        let ids = directory.entries.flatMap(\.permissions).map(\.id)
        return JSONSchema.object(
            [("permissions", JSONSchema.object(ids.map { ($0, flag) }, required: []))], required: ["permissions"])
    }

    /// Rights of the modules that are on, as the screen shows them.
    private func json(_ role: Role, _ grants: Grants, _ access: Access) -> JSONValue {
        let permissions = directory.visible(to: access).flatMap { entry in
            entry.permissions.map { permission in
                JSONValue.object([
                    ("id", .string(permission.id)), ("module", .string(entry.manifest.id)), ("label", .string(permission.label)),
                    ("granted", .bool(grants.holds(role, permission.id))), ("by_default", .bool(grants.isDefault(role, permission.id))),
                    (
                        "changeable",
                        .bool(access.can(CorePermissions.manageRoles) && !grants.isFixed(role, permission.id, access: access))
                    ),
                ])
            }
        }
        return .object([("id", .string(role.rawValue)), ("label", .string(role.label)), ("permissions", .array(permissions))])
    }

    private func list(_ request: MspRequest) async throws -> APIResponse {
        let reading = try await request.read(Grants.query(try request.callerDigest(), request.msp.id))
        let grants = try Grants(reading.results[0])
        let roles = CorePermissions.mspRoles.map { json($0, grants, reading.access) }
        return APIResponse.json { $0.value(.object([("data", .array(roles))])) }
    }

    private func one(_ request: MspRequest) async throws -> APIResponse {
        let role = try Grants.role(request)
        let reading = try await request.read(Grants.query(try request.callerDigest(), request.msp.id))
        return request.web.answer(json(role, try Grants(reading.results[0]), reading.access))
    }

    private func change(_ request: MspRequest) async throws -> APIResponse {
        let role = try Grants.role(request)
        _ = try request.web.ifMatch()
        let digest = try request.callerDigest()
        return try await request.write { unit in
            try await AccessLock.take(unit)
            let before = try Grants(try await unit.one(Grants.query(digest, unit.msp)))
            try request.web.demand(json(role, before, unit.access))
            let wanted = try wanted(request.web.json, unit.access)
            let changes = wanted.filter { $0.granted ?? before.isDefault(role, $0.permission) != before.holds(role, $0.permission) }
            try await Grants.change(role, changes, digest, unit)
            let after = try Grants(try await unit.one(Grants.query(digest, unit.msp)))
            return request.web.answer(json(role, after, unit.access))
        }
    }

    /// Reads `{"permissions": {"area.noun.read": true, …}}`; what is unknown or no right of a module that is on is refused.
    private func wanted(_ json: JSONValue?, _ access: Access) throws -> [(permission: String, granted: Bool?)] {
        guard let members = json?.objectValue else {
            throw Refusal.malformed("object_expected", "Le corps de la requête doit être un objet JSON.")
        }
        var faults = members.filter { $0.0 != "permissions" }.map { FieldFault(String($0.0.prefix(60)), "Ce champ n’existe pas.") }
        guard let rights = json?["permissions"]?.objectValue else {
            throw Refusal.invalid(faults + [FieldFault("permissions", "Indiquez des droits et, pour chacun, true, false ou null.")])
        }
        let known = Set(directory.visible(to: access).flatMap(\.permissions).map(\.id))
        var wanted: [(permission: String, granted: Bool?)] = []
        for (name, value) in rights {
            let field = "permissions/\(name.prefix(60))"
            guard known.contains(name) else {
                faults.append(FieldFault(field, "Ce droit n’existe pas."))
                continue
            }
            switch value {
            case .bool(let flag): wanted.append((name, flag))
            case .null: wanted.append((name, nil))
            default: faults.append(FieldFault(field, "La valeur attendue est true, false ou null."))
            }
        }
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
        return wanted
    }
}
