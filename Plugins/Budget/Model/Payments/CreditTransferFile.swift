import Kernel

/// Writes a batch as the file that a bank takes. Same batch, same bytes: references and time come from outside.
enum CreditTransferFile {
    /// - Throws: a `Refusal` 422 with every fault of the batch.
    static func bytes(_ batch: CreditTransferBatch) throws(Refusal) -> [UInt8] {
        let faults = batch.faults
        guard faults.isEmpty else { throw .invalid(faults) }
        var xml = XMLWriter()
        xml.element("Document", attributes: [("xmlns", batch.version.namespace)]) { xml in
            xml.element("CstmrCdtTrfInitn") { xml in
                header(batch, &xml)
                xml.element("PmtInf") { xml in
                    block(batch, &xml)
                    for payment in batch.payments { transfer(payment, batch.version, &xml) }
                }
            }
        }
        return xml.bytes
    }

    private static func header(_ batch: CreditTransferBatch, _ xml: inout XMLWriter) {
        xml.element("GrpHdr") { xml in
            xml.leaf("MsgId", batch.messageId)
            // Local time without offset, as French banks' guides show it.
            let time = batch.createdAt
            xml.leaf("CreDtTm", "\(time.date)T\(pair(time.hour)):\(pair(time.minute)):\(pair(time.second))")
            sums(batch, &xml)
            xml.element("InitgPty") { payer(batch, &$0) }
        }
    }

    private static func block(_ batch: CreditTransferBatch, _ xml: inout XMLWriter) {
        xml.leaf("PmtInfId", batch.paymentId)
        xml.leaf("PmtMtd", "TRF")
        xml.leaf("BtchBookg", batch.isBookedAsBatch ? "true" : "false")
        sums(batch, &xml)
        xml.element("PmtTpInf") { $0.element("SvcLvl") { $0.leaf("Cd", "SEPA") } }
        switch batch.version {
        case .v03: xml.leaf("ReqdExctnDt", batch.executionDay.description)
        case .v09: xml.element("ReqdExctnDt") { $0.leaf("Dt", batch.executionDay.description) }
        }
        xml.element("Dbtr") { payer(batch, &$0) }
        xml.element("DbtrAcct") { account(batch.debtor, &$0) }
        xml.element("DbtrAgt") { agent(batch.debtor.bic, batch.version, &$0) }
        xml.leaf("ChrgBr", "SLEV")
    }

    private static func transfer(_ payment: CreditTransferBatch.Payment, _ version: CreditTransferBatch.Version, _ xml: inout XMLWriter) {
        xml.element("CdtTrfTxInf") { xml in
            xml.element("PmtId") { $0.leaf("EndToEndId", payment.endToEndId) }
            xml.element("Amt") { $0.leaf("InstdAmt", euros(payment.cents), attributes: [("Ccy", "EUR")]) }
            if payment.account.bic != nil { xml.element("CdtrAgt") { agent(payment.account.bic, version, &$0) } }
            xml.element("Cdtr") { party(payment.name, &$0) }
            xml.element("CdtrAcct") { account(payment.account, &$0) }
            xml.element("RmtInf") { $0.leaf("Ustrd", SepaText.line(payment.reason, most: 140) ?? "") }
        }
    }

    private static func sums(_ batch: CreditTransferBatch, _ xml: inout XMLWriter) {
        xml.leaf("NbOfTxs", String(batch.payments.count))
        xml.leaf("CtrlSum", euros(batch.totalCents))
    }

    /// The legal entity: its name, and its SIREN by the code of the ISO's list of schemes.
    private static func payer(_ batch: CreditTransferBatch, _ xml: inout XMLWriter) {
        party(batch.debtorName, &xml)
        xml.element("Id") { xml in
            xml.element("OrgId") { xml in
                xml.element("Othr") { xml in
                    xml.leaf("Id", batch.debtorSiren)
                    xml.element("SchmeNm") { $0.leaf("Cd", "SREN") }
                }
            }
        }
    }

    private static func party(_ name: String, _ xml: inout XMLWriter) { xml.leaf("Nm", SepaText.line(name, most: 70) ?? "") }

    private static func account(_ account: BankAccount, _ xml: inout XMLWriter) {
        xml.element("Id") { $0.leaf("IBAN", account.iban) }
    }

    /// The bank, or the mention by which the scheme says that it is to be found from the IBAN.
    private static func agent(_ bic: String?, _ version: CreditTransferBatch.Version, _ xml: inout XMLWriter) {
        xml.element("FinInstnId") { xml in
            guard let bic else { return xml.element("Othr") { $0.leaf("Id", "NOTPROVIDED") } }
            switch version {
            case .v03: xml.leaf("BIC", bic)
            case .v09: xml.leaf("BICFI", bic)
            }
        }
    }

    /// `1234.50`: cents are put after a point, nothing is computed.
    static func euros(_ cents: Int) -> String { "\(cents / 100).\(pair(cents % 100))" }

    private static func pair(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
