internal import Kernel

/// `GET /api/v1/me`: who a session or a token stands for, and where.
enum PersonEndpoint {
    static func json(_ person: Person, kind: Credential.Kind) -> JSONValue {
        let organisations = person.organisations.map { organisation in
            JSONValue.object([
                ("id", .id(organisation.id)), ("kind", .string(organisation.kind)), ("slug", .string(organisation.slug)),
                ("name", .string(organisation.name)), ("town", .string(organisation.town)),
                ("time_zone", .string(organisation.timeZone)), ("roles", .texts(organisation.roles.sorted())),
                ("permissions", .texts(organisation.permissions.sorted())), ("modules", .texts(organisation.modules.sorted())),
            ])
        }
        return .object([
            ("id", .id(person.account)), ("email", .string(person.email)), ("first_name", .string(person.firstName)),
            ("last_name", .string(person.lastName)), ("credential", .string(kind.rawValue)), ("second_factor", .bool(person.hasTOTP)),
            ("organisations", .array(organisations)),
        ])
    }

    /// JSON Schema of the answer, for the OpenAPI document.
    static let responseSchema: JSONValue = {
        let texts = JSONSchema.list(JSONSchema.text)
        let organisation = JSONSchema.object([
            ("id", JSONSchema.id), ("kind", JSONSchema.codes(["MSP", "FEDERATION", "AUTHORITY", "EMPLOYER"])), ("slug", JSONSchema.text),
            ("name", JSONSchema.text), ("town", JSONSchema.text), ("time_zone", JSONSchema.text), ("roles", texts), ("permissions", texts),
            ("modules", texts),
        ])
        return JSONSchema.object([
            ("id", JSONSchema.id), ("email", JSONSchema.text), ("first_name", JSONSchema.text), ("last_name", JSONSchema.text),
            ("credential", JSONSchema.codes(["session", "token"])), ("second_factor", JSONSchema.boolean),
            ("organisations", JSONSchema.list(organisation)),
        ])
    }()
}
