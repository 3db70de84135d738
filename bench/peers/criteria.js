'use strict';
// Fifteen criteria of the kind the trial needs, as an ELM library: what a CQL translator would hand to
// cql-execution, built once when the service starts. It is lighter than translated CQL: quantities are compared
// as decimals beside their unit's code, without the FHIRHelpers conversions.

const SYSTEMS = {
  SNOMED: 'http://snomed.info/sct',
  LOINC: 'http://loinc.org',
  RXNORM: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  OWN: 'urn:trial-cds:concept',
};

const integer = (value) => ({ type: 'Literal', valueType: '{urn:hl7-org:elm-types:r1}Integer', value: String(value) });
const decimal = (value) => ({ type: 'Literal', valueType: '{urn:hl7-org:elm-types:r1}Decimal', value: String(value) });
const string = (value) => ({ type: 'Literal', valueType: '{urn:hl7-org:elm-types:r1}String', value });
const operator = (type, ...operand) => ({ type, operand });
const unary = (type, operand) => ({ type, operand });
const both = (left, right) => operator('And', left, right);
const of = (scope, path) => ({ type: 'Property', scope, path });
const code = (system, id) => ({ type: 'Code', code: id, system: { name: system } });
const days = (count) => operator('Subtract', { type: 'Now' }, { type: 'Quantity', value: count, unit: 'days' });

const retrieve = (type, codeProperty, codes) => ({
  type: 'Retrieve',
  dataType: `{http://hl7.org/fhir}${type}`,
  templateId: `http://hl7.org/fhir/StructureDefinition/${type}`,
  codeProperty,
  codes: { type: 'List', element: codes },
});

// `return all` in CQL: a plain query compares all its records pairwise, which more than doubles the cost of a call.
const query = (alias, expression, where, sort) => ({
  type: 'Query',
  source: [{ alias, expression }],
  relationship: [],
  where,
  return: { distinct: false, expression: { type: 'AliasRef', name: alias } },
  ...(sort ? { sort: { by: [{ type: 'ByExpression', direction: 'asc', expression: sort }] } } : {}),
});

// Returns the criteria, and the definitions that they share: each evaluated once per patient.
function statements() {
  const shared = {};
  const once = (name, expression) => {
    shared[name] = expression;
    return { type: 'ExpressionRef', name };
  };
  const birthDate = { type: 'Property', path: 'birthDate.value', source: { type: 'ExpressionRef', name: 'Patient' } };
  const age = once('Age', { type: 'CalculateAgeAt', precision: 'Year', operand: [birthDate, { type: 'Today' }] });

  const active = (alias) =>
    both(
      operator('Equal', firstCode(alias, 'clinicalStatus'), string('active')),
      operator('Equal', firstCode(alias, 'verificationStatus'), string('confirmed'))
    );
  const condition = (codes, where = active('C')) =>
    unary('Exists', query('C', retrieve('Condition', 'code', codes), where));

  const latest = (codes, windowDays) =>
    once(`Newest ${codes[0].code}`, {
      type: 'Last',
      source: query(
        'O',
        retrieve('Observation', 'code', codes),
        both(
          operator('Equal', of('O', 'status.value'), string('final')),
          operator('SameOrAfter', of('O', 'effective.value'), days(windowDays))
        ),
        { type: 'Property', path: 'value', source: { type: 'IdentifierRef', name: 'effective' } }
      ),
    });
  const path = (source, name) => ({ type: 'Property', source, path: name });
  const measured = (codes, windowDays, comparison, threshold, unit) => {
    const newest = latest(codes, windowDays);
    return both(
      operator('Equal', path(newest, 'value.code.value'), string(unit)),
      operator(comparison, path(newest, 'value.value.value'), decimal(threshold))
    );
  };
  const score = (codes, windowDays, low, high) => {
    const newest = path(latest(codes, windowDays), 'value.value');
    return both(operator('GreaterOrEqual', newest, integer(low)), operator('LessOrEqual', newest, integer(high)));
  };
  const finding = (codes, windowDays, result) =>
    operator('Equal', firstCodeOf(path(latest(codes, windowDays), 'value.coding')), string(result));
  const exposure = (codes, windowDays) =>
    unary(
      'Exists',
      query(
        'M',
        retrieve('MedicationStatement', 'medication', codes),
        operator(
          'Or',
          unary('IsNull', of('M', 'effective.end.value')),
          operator('SameOrAfter', of('M', 'effective.end.value'), days(windowDays))
        )
      )
    );

  const criteria = {
    'At least 18 years': operator('GreaterOrEqual', age, integer(18)),
    'At most 70 years': operator('LessOrEqual', age, integer(70)),
    'Diffuse systemic sclerosis': condition([code('SNOMED', '128460000')]),
    'Onset within five years': condition(
      [code('SNOMED', '128460000'), code('SNOMED', '89155008')],
      operator('SameOrAfter', of('C', 'onset.value'), days(1826))
    ),
    'Hands involved': operator(
      'Or',
      condition([code('SNOMED', '201051000')]),
      condition([code('SNOMED', '266261006')])
    ),
    'Skin score 10 to 45': score([code('OWN', 'mrss-total')], 90, 10, 45),
    'hsCRP at least 6': measured([code('LOINC', '30522-7')], 120, 'GreaterOrEqual', '6.0', 'mg/L'),
    'ESR at least 28': measured([code('LOINC', '4537-7')], 120, 'GreaterOrEqual', '28.0', 'mm/h'),
    'FVC at least 50 %': measured([code('LOINC', '19872-1')], 180, 'GreaterOrEqual', '50.0', '%'),
    'DLCO at least 40 %': measured([code('OWN', 'dlco-hb-percent-predicted')], 180, 'GreaterOrEqual', '40.0', '%'),
    'Creatinine at most 2': measured([code('LOINC', '2160-0')], 90, 'LessOrEqual', '2.0', 'mg/dL'),
    'Scl-70 positive': finding([code('LOINC', '27416-7')], 3650, '10828004'),
    'No rituximab in six months': unary('Not', exposure([code('RXNORM', '121191')], 180)),
    'No stem cell transplant': unary('Not', condition([code('SNOMED', '1269349006'), code('SNOMED', '234336002')])),
    'On mycophenolate': exposure([code('RXNORM', '68149')], 90),
  };
  return { criteria, shared };
}

function firstCodeOf(coding) {
  return { type: 'Property', path: 'code.value', source: { type: 'First', source: coding } };
}

function firstCode(scope, name) {
  return firstCodeOf({ type: 'Property', scope, path: `${name}.coding` });
}

function library() {
  const { criteria, shared } = statements();
  const patient = {
    type: 'SingletonFrom',
    operand: {
      type: 'Retrieve',
      dataType: '{http://hl7.org/fhir}Patient',
      templateId: 'http://hl7.org/fhir/StructureDefinition/Patient',
    },
  };
  const define = (name, expression) => ({ name, context: 'Patient', accessLevel: 'Public', expression });
  return {
    names: Object.keys(criteria),
    elm: {
      library: {
        identifier: { id: 'Peer', version: '1.0.0' },
        schemaIdentifier: { id: 'urn:hl7-org:elm', version: 'r1' },
        usings: {
          def: [
            { localIdentifier: 'System', uri: 'urn:hl7-org:elm-types:r1' },
            { localIdentifier: 'FHIR', uri: 'http://hl7.org/fhir', version: '4.0.1' },
          ],
        },
        codeSystems: {
          def: Object.entries(SYSTEMS).map(([name, id]) => ({ name, id, accessLevel: 'Public' })),
        },
        statements: {
          def: [
            define('Patient', patient),
            ...Object.entries({ ...shared, ...criteria }).map(([n, e]) => define(n, e)),
          ],
        },
      },
    },
  };
}

module.exports = { library };
