import Kernel

extension Evaluation {
    /// What the sum of the parts is multiplied by, 0 to 1.
    func apply(_ factor: FormulaFactor, _ working: inout Working) -> Fraction {
        switch factor {
        case .contractShare: apply(contract, .contract(contract), &working)
        case .acquisitionShare: apply(acquisition, .acquisition(acquisition), &working)
        case .concertationRate(let rate): apply(rate, &working)
        }
    }

    private func apply(_ share: YearShare, _ note: Working.Note, _ working: inout Working) -> Fraction {
        guard !share.isWhole else { return .one }
        working.note(note)
        working.multiply(by: ExactDecimal(share.covered), over: ExactDecimal(share.whole))
        if share.covered == 0 { working.isVoid = true }
        return share.value
    }

    private func apply(_ rate: ConcertationRate, _ working: inout Working) -> Fraction {
        guard mode == .actual else { return .one }
        let exact = rate.minimumMeetings.value * contract.value
        let minimum = rate.rounding == .down ? Fraction(exact.floor, 1) : exact
        guard Fraction(input[.meetings]) >= minimum else {
            working.note(.meetings(held: input[.meetings], minimum: minimum))
            working.isVoid = true
            return .zero
        }
        let (files, eligible) = (input[.files], input[.eligiblePatients])
        guard eligible > 0 else {
            working.note(.noEligiblePatient)
            working.isVoid = true
            return .zero
        }
        let precision = input.ratePrecision ?? rate.precision
        let percent = Self.percent(files, eligible, precision, rate.decimals.whole)
        working.note(
            .rate(
                files: files, eligible: eligible, percent: percent, precision, decimals: rate.decimals.whole, target: rate.target.decimal))
        guard percent < rate.target.value else { return .one }
        if percent.numerator == 0 { working.isVoid = true }
        if precision == .exact {
            working.multiply(by: ExactDecimal(files * 100), over: ExactDecimal(eligible))
            working.multiply(by: ExactDecimal(1), over: rate.target.decimal)
        } else {
            working.multiply(by: percent.decimal, over: rate.target.decimal)
        }
        return percent / rate.target.value
    }

    /// Files over eligible patients in percent, cut or rounded to so many decimals.
    private static func percent(_ files: Int, _ eligible: Int, _ precision: RatePrecision, _ decimals: Int) -> Fraction {
        let exact = Fraction(files * 100, over: eligible)
        var unit = 1
        for _ in 0..<decimals { unit *= 10 }
        let scaled = exact * Fraction(unit)
        switch precision {
        case .exact: return exact
        case .truncate: return Fraction(scaled.floor, Int128(unit))
        case .round: return Fraction((scaled + Fraction(1, over: 2)).floor, Int128(unit))
        }
    }
}

extension Evaluation {
    /// Opening hours: the full amount less the deductions; never below zero.
    func opening(_ formula: OpeningFormula, _ working: inout Working) -> Fraction {
        working.add(formula.full.decimal, .once)
        guard mode == .actual else { return formula.full.value }
        func void(_ note: Working.Note) -> Fraction {
            working.note(note)
            working.isVoid = true
            return .zero
        }
        guard input[.unscheduledCare] > 0 else { return void(.withoutUnscheduledCare) }
        if input.holidayClosureWeeks > formula.holidayClosureLimit.decimal || input.otherClosureWeeks > formula.otherClosureLimit.decimal {
            return void(.closedTooLong)
        }
        var total = formula.full.value
        func deduct(_ deduction: AciParameter, _ note: Working.Note) {
            guard deduction.decimal > .zero else { return }
            working.deduct(deduction.decimal)
            working.note(note)
            total = total - deduction.value
        }
        if input[.onCallDerogation] > 0 {
            working.note(.derogation)
        } else {
            guard let step = formula.amplitudes.first(where: { input.weekdayHours >= $0.atLeast.decimal }) else {
                return void(.tooFewHours(formula.amplitudes.last?.atLeast.decimal ?? .zero))
            }
            deduct(step.deduction, .amplitude(input.weekdayHours))
        }
        if input[.saturdayMorning] == 0 { deduct(formula.saturdayClosed, .deducted(.saturdayMorning)) }
        if input.holidayClosureWeeks > .zero { deduct(formula.holidayClosure, .holidayClosure(input.holidayClosureWeeks)) }
        if total < .zero {
            working.isVoid = true
            return .zero
        }
        return total
    }
}
