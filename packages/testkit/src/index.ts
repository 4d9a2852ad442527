export { agrees, type OracleEvent, type OracleResult, type OracleValue, oracleFeatures } from './oracle';
