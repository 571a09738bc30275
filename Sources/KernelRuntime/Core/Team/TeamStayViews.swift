internal import HTML
internal import Kernel
internal import KernelUI

/// The stays of one person, beside the sheet and for programs.
enum TeamStayViews {
    static let slot = SlotContribution(
        slot: "core.professional.side", permission: CorePermissions.readProfessionals,
        read: { msp, person in .group(.each(TeamStays.lines(msp, person), TeamStay.init), civility(msp, person)) },
        render: { found, _, h in
            let (lines, civility) = (found.0, found.1 ?? nil)
            guard !lines.isEmpty else { return }
            func said(_ words: String) -> String { FrenchAgreement.form(words, civility: civility) }
            h.card("Dans l’équipe") {
                h.ul(.class("list"), .role("list")) {
                    for line in lines.reversed() {
                        h.li {
                            h.text(period(line))
                            h.p(
                                .class("soft", "small"),
                                text: [
                                    said(CodeList.profession.label(line.profession)),
                                    line.isAssociate ? said("associé·e de la SISA") : nil,
                                    line.isIndemnifiable ? "indemnisable" : nil,
                                ].compactMap { $0 }.joined(separator: " · "))
                        }
                    }
                }
            }
        })

    private static func civility(_ msp: Identifier, _ person: Identifier) -> Read<String??> {
        .first(Query("select civility from kernel.professional where msp_id = $1 and id = $2", .id(msp), .id(person))) { try $0.cell() }
    }

    private static func period(_ line: TeamStay) -> String {
        guard let end = line.toOn else { return "Depuis le \(French.mediumDate(line.fromOn))" }
        return "Du \(French.mediumDate(line.fromOn)) au \(French.mediumDate(end))"
    }

    static let endpoint = EndpointRoute(
        .get, "professionals/:id/stays", permission: CorePermissions.readProfessionals,
        summary: "From which day to which somebody was in the team, and as what.",
        responseSchema: JSONSchema.object([
            (
                "data",
                JSONSchema.list(
                    JSONSchema.object([
                        ("from_on", JSONSchema.date), ("to_on", JSONSchema.optional(JSONSchema.date)), ("profession", JSONSchema.text),
                        ("is_associate", JSONSchema.boolean), ("indemnifiable", JSONSchema.boolean),
                    ]))
            )
        ]), contract: .one
    ) { request in
        let id = try request.web.id("id")
        let reading = try await request.read(
            Query("select 1 from kernel.professional where msp_id = $1 and id = $2", .id(request.msp.id), .id(id)),
            TeamStays.lines(request.msp.id, id))
        guard !reading.results[0].isEmpty else { throw Refusal.notFound }
        let lines = try reading.results[1].map(TeamStay.init).map { line in
            JSONValue.object([
                ("from_on", .string(line.fromOn.description)), ("to_on", .text(line.toOn?.description)),
                ("profession", .string(line.profession)), ("is_associate", .bool(line.isAssociate)),
                ("indemnifiable", .bool(line.isIndemnifiable)),
            ])
        }
        return APIResponse.json { $0.value(.object([("data", .array(lines))])) }
    }
}
