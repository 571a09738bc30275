import Kernel

extension IndemnityRule {
    /// The rule as stored with a run: members in one order, so that its digest names the frozen version.
    var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("name", .string(name)), ("version", .integer(version)), ("valid_from", .string(validFrom.description)),
            ("valid_to", validTo.map { .string($0.description) } ?? .null),
            (
                "decision",
                decision.map {
                    .object([
                        ("kind", .string($0.kind.rawValue)), ("reference", .string($0.reference)), ("date", .string($0.date.description)),
                    ])
                } ?? .null
            ),
            ("method", .string(method.rawValue)), ("eligible", .string(eligible.rawValue)), ("late_rule", .string(lateRule.rawValue)),
            ("min_presence_minutes", .integer(minimumPresence)), ("rounding_minutes", .integer(rounding.step)),
            ("rounding", .string(rounding.direction.rawValue)), ("cap_per_person_cents", capPerPerson.map { .integer($0) } ?? .null),
            ("cap_total_cents", capTotal.map { .integer($0) } ?? .null),
        ]
        if method == .mixed {
            members.append(("parts", .array(parts.map { .object([("method", .string($0.method.rawValue))] + $0.members) })))
        } else if let part = parts.first {
            members += part.members
        }
        return .object(members)
    }

    /// SHA-256 of the stored text, lower-case hexadecimal.
    var digest: String { Digest.hex(Digest.sha256(Array(json.text.utf8))) }
}

extension IndemnityPart {
    fileprivate var members: [(String, JSONValue)] {
        var members: [(String, JSONValue)] = [
            ("meeting_types", .array(meetingTypes.sorted().map { .string($0) })), ("counts_credits", .bool(countsCredits)),
            ("rates", .array(rates.map(\.json))),
        ]
        if let share { members.append(("share", share.json)) }
        return members
    }
}

extension IndemnityRate {
    fileprivate var json: JSONValue {
        let criteria = [("profession", profession), ("role", role), ("meeting_type", meetingType), ("task", task)]
        return .object(criteria.compactMap { name, value in value.map { (name, .string($0)) } } + [("cents", .integer(cents))])
    }
}

extension SurplusShare {
    fileprivate var json: JSONValue {
        // Decimals as text: a JSON number would lose digits in most readers.
        .object([
            ("percent", .string(percent.description)), ("points_per_hour", .string(pointsPerHour.description)),
            ("points_per_meeting", .string(pointsPerMeeting.description)), ("points_per_task", .string(pointsPerTask.description)),
            ("points_fixed", .string(pointsFixed.description)),
            (
                "weights",
                .array(
                    weights.map { weight in
                        let criteria = [("profession", weight.profession), ("role", weight.role)]
                        return .object(
                            criteria.compactMap { name, value in value.map { (name, .string($0)) } }
                                + [("factor", .string(weight.factor.description))])
                    })
            ),
        ])
    }
}
