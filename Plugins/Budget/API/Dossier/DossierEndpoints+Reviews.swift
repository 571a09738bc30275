import Kernel
import Postgres

/// A sealed dossier opened to somebody from outside.
extension DossierEndpoints {
    var share: EndpointRoute {
        EndpointRoute(
            .post, "dossiers/:id/reviews", permission: DossierPermissions.share,
            summary: "Open a sealed dossier to somebody from outside: a personal link goes by mail and ends after the days given.",
            requestSchema: JSONSchema.object([
                ("reviewer", JSONSchema.text), ("email", JSONSchema.text),
                (
                    "days",
                    .object([
                        ("type", .string("integer")), ("minimum", .integer(Reviews.days.lowerBound)),
                        ("maximum", .integer(Reviews.days.upperBound)),
                    ])
                ),
            ]), responseSchema: JSONSchema.object([("id", JSONSchema.id)]),
            contract: EndpointContract(success: 201, otherStatuses: [409])
        ) { request in
            let id = try request.web.id("id")
            _ = try await VersionPage.stored(request)
            var body = try FaultReader(request.web, names: ["reviewer", "email", "days"])
            let given = ["reviewer", "email"].map { (name: $0, value: body.text($0) ?? "") }
            let days = body.integer("days", Reviews.days)
            guard body.faults.isEmpty, let days else { throw Refusal.invalid(body.faults) }
            let invitation = try Reviews.Invitation(FormValues(given + [("days", "\(days)")]))
            return try await request.writeOnce { unit in
                let review = try await Reviews.open(id, to: invitation, unit)
                return APIResponse.json(status: 201) { $0.value(.object([("id", .id(review))])) }
            }
        }
    }

    var withdraw: EndpointRoute {
        EndpointRoute(
            .post, "reviews/:id/withdraw", permission: DossierPermissions.share,
            summary: "Withdraw the link of a review at once.", responseSchema: Self.noContent, contract: EndpointContract(success: 204)
        ) { request in
            let id = try request.web.id("id")
            try await request.write { unit in
                let rows = try await unit.one(Query("select 1 from budget.review where msp_id = $1 and id = $2", .id(unit.msp), .id(id)))
                guard !rows.isEmpty else { throw Refusal.notFound }
                try await Reviews.withdraw(id, unit)
            }
            return APIResponse(status: 204, body: [])
        }
    }

    var resend: EndpointRoute {
        EndpointRoute(
            .post, "reviews/:id/resend", permission: DossierPermissions.share,
            summary: "Send the link of a review again, to a corrected address where the mail server refused the first.",
            requestSchema: JSONSchema.object([("email", JSONSchema.text)]), responseSchema: Self.noContent,
            contract: EndpointContract(success: 204, otherStatuses: [409])
        ) { request in
            let id = try request.web.id("id")
            let reading = try await request.read(
                Query("select 1 from budget.review where msp_id = $1 and id = $2", .id(request.msp.id), .id(id)))
            guard !reading.results[0].isEmpty else { throw Refusal.notFound }
            var body = try FaultReader(request.web, names: ["email"])
            let given = body.text("email")
            guard body.faults.isEmpty else { throw Refusal.invalid(body.faults) }
            var reader = FormReader(FormValues([("email", given ?? "")]))
            let email = reader.email("email", required: "Indiquez une adresse comme prenom.nom@exemple.fr.")
            try reader.check()
            try await request.write { unit in try await Reviews.resend(id, email: email, unit) }
            return APIResponse(status: 204, body: [])
        }
    }
}
