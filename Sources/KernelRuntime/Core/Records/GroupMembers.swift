internal import HTML
internal import Kernel
internal import KernelUI

/// Who is in a group, on the group's page.
enum GroupMembers {
    static let detail = RecordDetail(
        queries: { msp, id in
            [
                Query(
                    """
                    select p.id, p.shown_name, p.said_profession
                    from kernel.team_group_member m
                    join kernel.professional p on p.msp_id = m.msp_id and p.id = m.professional_id
                    where m.msp_id = $1 and m.group_id = $2 and p.archived_at is null
                    order by p.last_name collate kernel.french, p.first_name collate kernel.french, p.id
                    """, .id(msp), .id(id))
            ]
        },
        render: { view, results, h in
            if let purpose = view.values.text("purpose") { h.p(.class("prose"), text: purpose) }
            let people = try results[0].map { row in
                (id: try row[0] as Identifier, name: try row[1] as String, profession: try row[2] as String)
            }
            h.card("Personnes", count: people.count) {
                if people.isEmpty {
                    h.empty("Ce groupe est vide. Ajoutez-y des personnes de l’équipe pour les convoquer ensemble.", icon: .people)
                } else {
                    h.table("Personnes du groupe", columns: [TableColumn("Nom"), TableColumn("Profession")]) { table in
                        for person in people {
                            table.row { row in
                                row.title(person.name, href: view.access.msp.path("structure/professionnels/\(person.id)"))
                                row.cell(CodeList.profession(of: person.profession))
                            }
                        }
                    }
                }
            }
        })
}
